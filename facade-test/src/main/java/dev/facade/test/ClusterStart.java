package dev.facade.test;

import java.time.Duration;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The start of a cluster: prepares each node and starts the servers, as much as possible at once. */
record ClusterStart(PostgresSite site, String database, Deque<AutoCloseable> resources) {

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
                                    CompletableFuture.runAsync(() -> prepareReplica(replica), threads), masterStarted)
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
        Relay link = own(Relay.to("127.0.0.1", UNKNOWN_YET));
        Relay replicationLink = isReplica ? own(Relay.to("127.0.0.1", UNKNOWN_YET)) : null;
        Server server = own(site.server(name, replicationLink));
        return new PostgresNode(name, database, site.password(), server, link, replicationLink);
    }

    private void startMaster(PostgresNode master) {
        site.prepare(master.name(), null);
        start(master);
    }

    private void prepareReplica(PostgresNode replica) {
        site.prepare(replica.name(), replica.replicationLink());
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

    private <T extends AutoCloseable> T own(T resource) {
        resources.push(resource);
        return resource;
    }

    private static void stop(ExecutorService threads) {
        threads.shutdown();
        Await.until(Duration.ofSeconds(90), threads::isTerminated, () -> "start: did not end");
    }
}
