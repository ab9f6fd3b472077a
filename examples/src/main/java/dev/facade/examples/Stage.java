package dev.facade.examples;

import dev.facade.consistency.Consistency;
import dev.facade.hibernate.HibernateFacade;
import dev.facade.hibernate.PoolSettings;
import dev.facade.test.PostgresCluster;
import dev.facade.test.PostgresNode;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;

/** The stage of every scene: the servers, the data that was loaded, the screen and the claims. */
record Stage(PostgresCluster cluster, Atlas atlas, Screen screen, Claims claims) {

    /** Time enough for a busy machine; for scenes in which no server dies, so that nobody waits for one. */
    private static final PoolSettings PATIENT = PoolSettings.forReplica().withConnectionTimeout(Duration.ofSeconds(5));

    List<String> replicas() {
        return cluster.replicas().stream().map(PostgresNode::name).toList();
    }

    List<PostgresNode> nodes() {
        return Stream.concat(Stream.of(cluster.master()), cluster.replicas().stream())
                .toList();
    }

    /** The name of the server that says it listens on this port. */
    String server(int port) {
        Map<Integer, String> names = new LinkedHashMap<>();
        for (PostgresNode node : nodes()) {
            URI address = URI.create(node.directUrl().substring("jdbc:".length()));
            names.put(address.getPort(), node.name());
        }
        return Objects.requireNonNull(names.get(port), () -> "port " + port);
    }

    /** The name of the server that answered with this country, as the server itself has it. */
    String server(Country country) {
        return server(country.serverPort());
    }

    /**
     * A facade in front of the master, for the scene to add the replicas. Its reads go where the algorithm says, since
     * nothing is promised of their freshness.
     */
    HibernateFacade master() {
        return master(PostgresNode::url);
    }

    /** A facade in front of all servers. */
    HibernateFacade everybody() {
        return everybody(PostgresNode::url);
    }

    /** A facade in front of all servers, whose reads see what their session has written, which is the default. */
    HibernateFacade fresh() {
        return everybody().consistency(Consistency.session());
    }

    /** A facade in front of all servers, which log its statements for {@link Statements}. */
    HibernateFacade logged() {
        return everybody(Statements::url);
    }

    private HibernateFacade everybody(Function<PostgresNode, String> url) {
        HibernateFacade facade = master(url);
        cluster.replicas().forEach(replica -> facade.replica(replica.name(), url.apply(replica)));
        return facade;
    }

    private HibernateFacade master(Function<PostgresNode, String> url) {
        return HibernateFacade.builder()
                .master(url.apply(cluster.master()))
                .credentials(cluster.master().user(), cluster.master().password())
                .entities(Country.class, Currency.class, Zone.class, Traveller.class, Stamp.class)
                .consistency(Consistency.eventual())
                .replicaPool(PATIENT);
    }
}
