package dev.facade.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.facade.Threads;
import dev.facade.event.Role;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nodes and clusters refuse bad values at the door, with name, value and expectation. */
class ClusterTest {

    @ParameterizedTest
    @ValueSource(ints = {-1, 1001, Integer.MIN_VALUE, Integer.MAX_VALUE})
    void aWeightOutOfRangeIsRefused(int value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Weight.of(value))
                .withMessage("weight: " + value + " (expected: 0 to 1000)");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1000})
    void aWeightInRangeIsTaken(int value) {
        assertThat(Replica.of("a", Weight.of(value)).weight()).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\n"})
    void aBlankNameIsRefused(String name) {
        String message = "name: '" + name + "' (expected: a name that is not blank)";
        assertThatIllegalArgumentException().isThrownBy(() -> Master.of(name)).withMessage(message);
        assertThatIllegalArgumentException().isThrownBy(() -> Replica.of(name)).withMessage(message);
    }

    @Test
    @SuppressWarnings("NullAway") // what a caller without a null checker may do
    void aMissingNameIsNamed() {
        assertThatNullPointerException().isThrownBy(() -> Master.of(null)).withMessage("name");
        assertThatNullPointerException().isThrownBy(() -> Replica.of(null)).withMessage("name");
        assertThatNullPointerException()
                .isThrownBy(() -> new Cluster(null, List.of()))
                .withMessage("master");
    }

    @Test
    void aNameThatIsDeclaredTwiceIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> new Cluster(Master.of("m"), List.of(Replica.of("a"), Replica.of("b"), Replica.of("a"))))
                .withMessage("replica: 'a' is declared twice (expected: unique names)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Cluster(Master.of("m"), List.of(Replica.of("m"))))
                .withMessage("replica: 'm' is declared twice (expected: unique names)");
    }

    @Test
    void aReplicaIsFoundByItsName() {
        Replica b = Replica.of("b");
        Cluster cluster = new Cluster(Master.of("m"), List.of(Replica.of("a"), b));
        assertThat(cluster.replica("b")).isSameAs(b);
        assertThat(cluster.replica("m")).as("the master is no replica").isNull();
        assertThat(cluster.replica("c")).isNull();
    }

    @Test
    void aClusterKeepsACopyOfItsReplicasInTheirOrder() {
        List<Replica> replicas = new ArrayList<>(List.of(Replica.of("b"), Replica.of("a")));
        Cluster cluster = new Cluster(Master.of("m"), replicas);
        replicas.clear();
        assertThat(cluster.replicas()).extracting(Replica::name).containsExactly("b", "a");
    }

    @Test
    void nodesKnowTheirRolesAndAreComparedByIdentity() {
        assertThat(Master.of("m").role()).isEqualTo(Role.MASTER);
        assertThat(Replica.of("a").role()).isEqualTo(Role.REPLICA);
        assertThat(Replica.of("a")).isNotEqualTo(Replica.of("a")).hasToString("a");
        assertThat(Replica.of("a").weight()).isEqualTo(1);
    }

    @Test
    void tagsAreKeptAndEachIsGivenOnce() {
        assertThat(Replica.of("a").tags()).isEmpty();
        assertThat(Replica.of("a", Weight.of(1), "zone", "region").tags()).containsExactlyInAnyOrder("zone", "region");
        assertThat(Replica.endpoint("a", Weight.of(1), "zone").tags()).containsExactly("zone");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Replica.of("a", Weight.of(1), "zone", "zone"))
                .withMessage("tags: [zone, zone] (expected: each once)");
    }

    @Test
    void readsInFlightAreCountedUnderThreads() throws Exception {
        Replica replica = Replica.of("a");
        Threads.together(8, thread -> () -> {
            for (int i = 0; i < 10_000; i++) {
                replica.begun();
                assertThat(replica.inFlight()).isPositive();
                replica.ended();
            }
            replica.begun();
            return true;
        });
        assertThat(replica.inFlight()).isEqualTo(8);
    }
}
