package dev.facade.test;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** A MariaDB server of this machine. Thread-safe. */
final class LocalMariaDbServer extends LocalServer {

    /**
     * Small, and without TLS: the keys that a server makes for itself take seconds. What was committed is in the hands of
     * the system, so it outlives the server's being killed.
     */
    private static final List<String> SETTINGS = List.of(
            "--bind-address=127.0.0.1",
            "--socket=socket",
            "--pid-file=mariadbd.pid",
            "--ssl=0",
            "--log-bin=log",
            "--relay-log=relay",
            "--log-slave-updates=1",
            "--gtid-strict-mode=1",
            "--binlog-format=row",
            "--sync-binlog=0",
            "--log-bin-trust-function-creators=1",
            "--innodb-flush-log-at-trx-commit=2",
            "--innodb-buffer-pool-size=16M",
            "--innodb-temp-data-file-path=ibtmp1:2M:autoextend",
            "--aria-pagecache-buffer-size=8M",
            "--key-buffer-size=1M",
            "--performance-schema=0",
            "--max-connections=100",
            "--table-open-cache=400",
            "--open-files-limit=4096",
            "--character-set-server=utf8mb4",
            "--default-time-zone=+00:00");

    /**
     * Nothing of InnoDB's log leaves the server's own memory as long as there is room, but for once: a second after the
     * start. No page is written meanwhile, which would take the log along.
     */
    private static final List<String> FORGETFUL = List.of(
            "--skip-log-bin",
            "--skip-log-slave-updates",
            "--relay-log-recovery=1",
            "--innodb-flush-log-at-trx-commit=0",
            "--innodb-flush-log-at-timeout=2700",
            "--skip-innodb-log-file-mmap",
            "--innodb-log-file-size=64M",
            "--innodb-log-buffer-size=32M",
            "--innodb-buffer-pool-size=64M",
            "--innodb-adaptive-flushing=0",
            "--innodb-stats-auto-recalc=0");

    private final MariaDbTemplate template;
    private final int id;
    private final int domain;
    private final boolean forgetful;

    LocalMariaDbServer(MariaDbTemplate template, String name, int id, int domain, boolean forgetful, Path folder) {
        super(name, folder);
        this.template = template;
        this.id = id;
        this.domain = domain;
        this.forgetful = forgetful;
    }

    @Override
    ProcessBuilder command(int onPort) {
        List<String> settings = new ArrayList<>(SETTINGS);
        if (forgetful) {
            settings.addAll(FORGETFUL);
        }
        settings.add("--server-id=" + id);
        settings.add("--gtid-domain-id=" + domain);
        settings.add("--port=" + onPort);
        return MariaDbTemplate.server(template.programs(), data(), settings);
    }

    @Override
    boolean isReady(Process started) {
        try (Connection connection =
                DriverManager.getConnection(MariaDbNode.url(port()), MariaDbTemplate.SUPERUSER, template.password())) {
            return connection.isValid(1);
        } catch (SQLException notYet) {
            return false;
        }
    }

    @Override
    String leftOver() {
        return "Unable to lock";
    }

    @Override
    String portTaken() {
        return "Can't start server: Bind on TCP/IP port";
    }

    @Override
    List<String> stopSignals() {
        return List.of("TERM", "KILL");
    }

    @Override
    public void close() {
        kill();
    }
}
