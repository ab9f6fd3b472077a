package dev.facade.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.stream.Collectors;

/** The data folder of a node, before its server is started. */
record DataFolder(Path path) {

    /** Shared memory as files of the data folder: elsewhere a killed server would leave it behind. */
    static final String COMMON_SETTINGS = """
            max_connections = 100
            shared_buffers = '16MB'
            huge_pages = off
            dynamic_shared_memory_type = mmap
            fsync = off
            full_page_writes = off
            wal_level = replica
            max_wal_senders = 20
            max_replication_slots = 20
            wal_keep_size = '256MB'
            max_wal_size = '512MB'
            checkpoint_timeout = '1h'
            hot_standby = on
            wal_receiver_status_interval = '1s'
            wal_retrieve_retry_interval = '100ms'
            timezone = 'UTC'
            log_timezone = 'UTC'
            """;

    private static final String LOCAL_SETTINGS = """
            listen_addresses = '127.0.0.1'
            unix_socket_directories = ''
            io_method = sync
            """;

    /** Fills the folder from the template. */
    void create(PostgresTemplate template, Map<String, String> settings) {
        Path home = path.getParent();
        if (home != null) {
            Folders.create(home);
        }
        Folders.copy(template.data(), path);
        append("postgresql.conf", "\n" + LOCAL_SETTINGS + COMMON_SETTINGS + lines(settings));
    }

    /** Makes the folder that of a replica, which receives the log through this port. */
    void follow(String name, int port, String user, String password) {
        append("standby.signal", "");
        append(
                "postgresql.auto.conf",
                lines(Map.of("primary_conninfo", connection("127.0.0.1", port, user, password, name))));
    }

    /** How a replica of this name connects to its master. */
    static String connection(String host, int port, String user, String password, String name) {
        return "host=%s port=%d user=%s password=%s application_name=%s sslmode=disable gssencmode=disable"
                .formatted(host, port, user, password, name);
    }

    /** The settings as lines of {@code postgresql.conf}. */
    static String lines(Map<String, String> settings) {
        return settings.entrySet().stream()
                .map(entry -> entry.getKey() + " = '" + entry.getValue().replace("'", "''") + "'\n")
                .collect(Collectors.joining());
    }

    private void append(String file, String text) {
        try {
            Files.writeString(path.resolve(file), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
