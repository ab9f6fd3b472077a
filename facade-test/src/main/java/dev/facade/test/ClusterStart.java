package dev.facade.test;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The start of a cluster: copies the template for each node and starts the servers, as much as possible at once. */
record ClusterStart(
        PostgresTemplate template,
        Path folder,
        Map<String, String> settings,
        String database,
        Deque<AutoCloseable> resources) {

    private static final int UNKNOWN_YET = 1;

    PostgresCluster run(List<String> replicaNames) {
        PostgresNode master = node(PostgresClusterBuilder.MASTER, false);
        List<PostgresNode> replicas =
                replicaNames.stream().map(name -> node(name, true)).toList();
        ExecutorService threads = Executors.newFixedThreadPool(replicas.size() + 1);
        try {
            CompletableFuture<Void> masterStarted = CompletableFuture.runAsync(() -> startMaster(master), threads);
            List<CompletableFuture<Void>> replicasStarted = replicas.stream()
                    .map(replica -> CompletableFuture.allOf(
                                    CompletableFuture.runAsync(() -> copyReplica(replica), threads), masterStarted)
                            .thenRunAsync(() -> startReplica(replica, master), threads))
                    .toList();
            masterStarted.join();
            replicasStarted.forEach(CompletableFuture::join);
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        } finally {
            stop(threads);
        }
        createDatabase(master);
        new CatchUp(master).await(replicas);
        return new PostgresCluster(master, replicas, resources);
    }

    private PostgresNode node(String name, boolean isReplica) {
        PostgresServer server = new LocalPostgresServer(template.programs(), name, folder.resolve(name));
        Relay link = own(Relay.to("127.0.0.1", UNKNOWN_YET));
        Relay replicationLink = isReplica ? own(Relay.to("127.0.0.1", UNKNOWN_YET)) : null;
        own(server);
        return new PostgresNode(name, database, template.password(), server, link, replicationLink);
    }

    private void startMaster(PostgresNode master) {
        dataFolder(master).create(template, settings);
        start(master);
    }

    private void copyReplica(PostgresNode replica) {
        dataFolder(replica).create(template, settings);
        dataFolder(replica)
                .follow(replica.name(), replica.replicationLink().port(), replica.user(), replica.password());
    }

    private static void startReplica(PostgresNode replica, PostgresNode master) {
        replica.replicationLink().retarget(master.server().port());
        start(replica);
    }

    private static void start(PostgresNode node) {
        node.start();
        node.link().retarget(node.server().port());
    }

    private void createDatabase(PostgresNode master) {
        if (!database.equals(PostgresTemplate.DATABASE)) {
            master.executeIn("postgres", "CREATE DATABASE \"" + database + "\"");
        }
    }

    private DataFolder dataFolder(PostgresNode node) {
        return new DataFolder(folder.resolve(node.name()).resolve("data"));
    }

    private <T extends AutoCloseable> T own(T resource) {
        resources.push(resource);
        return resource;
    }

    private static void stop(ExecutorService threads) {
        threads.shutdown();
        Await.until(Duration.ofSeconds(90), threads::isTerminated, () -> "start: did not end");
    }
}
