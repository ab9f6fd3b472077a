package dev.facade.engine.position;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facade.cluster.Position;
import dev.facade.cluster.Sample;
import dev.facade.event.Role;
import java.util.List;
import org.junit.jupiter.api.Test;

class BelongingTest {

    private static final Sample MASTER = sample(Role.MASTER, 7, 3, "master");

    private static Sample sample(Role role, long system, int timeline, String server) {
        return new Sample(role, Position.ofPostgres(system, timeline, 100), server, 1, 2);
    }

    private static Belonging known() {
        return new Belonging(MASTER, List.of());
    }

    @Test
    void t58AStandbyOfTheClusterIsAReplicaWhateverItsTimeline() {
        assertThat(known().objection(sample(Role.REPLICA, 7, 3, "one"), false)).isEmpty();
        assertThat(known().objection(sample(Role.REPLICA, 7, 2, "one"), false)).isEmpty();
        assertThat(known().objection(sample(Role.REPLICA, 7, 4, "one"), false)).isEmpty();
    }

    @Test
    void t58AnotherClusterIsForeignInEitherRole() {
        assertThat(known().objection(sample(Role.REPLICA, 8, 3, "one"), false)).startsWith("is of another cluster");
        assertThat(known().objection(sample(Role.MASTER, 8, 3, "one"), true)).startsWith("is of another cluster");
    }

    @Test
    void t58TheMasterItselfIsNoReplicaButMayStandBehindAnEndpoint() {
        assertThat(known().objection(MASTER, false)).isEqualTo("is the master itself under a second name");
        assertThat(known().objection(MASTER, true)).isEmpty();
    }

    @Test
    void t58ACloneOfTheMasterFollowsNobody() {
        assertThat(known().objection(sample(Role.MASTER, 7, 3, "clone"), false)).startsWith("follows nobody");
        assertThat(known().objection(sample(Role.MASTER, 7, 2, "left behind"), false))
                .startsWith("follows nobody");
    }

    @Test
    void aReplicaThatIsBeingPromotedIsReadOn() {
        assertThat(known().objection(sample(Role.MASTER, 7, 4, "promoted"), false))
                .isEmpty();
    }

    @Test
    void whileTheMasterWasNeverHeardMostOfTheOthersTellWhichClusterItIs() {
        Sample one = sample(Role.REPLICA, 7, 3, "one");
        Sample two = sample(Role.REPLICA, 7, 3, "two");
        Sample strange = sample(Role.REPLICA, 8, 3, "strange");
        assertThat(new Belonging(null, List.of(one, two)).objection(strange, false))
                .startsWith("is of another cluster than most");
        assertThat(new Belonging(null, List.of(one, strange)).objection(two, false))
                .isNull();
        assertThat(new Belonging(null, List.of(one)).objection(strange, false))
                .as("nobody can tell which of two is the stranger")
                .isNull();
    }

    @Test
    void whatNamesNoClusterIsBelieved() {
        Sample master = new Sample(Role.MASTER, Position.ofMariaDb("0-1-100"), "1@5/a", 1, 2);
        Sample replica = new Sample(Role.REPLICA, Position.ofMariaDb("0-1-90"), "2@5/b", 1, 2);
        assertThat(new Belonging(master, List.of()).objection(replica, false)).isEmpty();
    }
}
