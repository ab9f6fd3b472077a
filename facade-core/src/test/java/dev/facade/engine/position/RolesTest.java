package dev.facade.engine.position;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facade.cluster.Position;
import dev.facade.cluster.Sample;
import dev.facade.engine.position.Roles.Answer;
import dev.facade.engine.position.Roles.Seen;
import dev.facade.event.Role;
import java.util.List;
import org.junit.jupiter.api.Test;

class RolesTest {

    private static final long EARLY = 1_000;
    private static final long LATE = 2_000;

    private static Sample sample(Role role, int timeline, long begun) {
        return new Sample(role, Position.ofPostgres(7, timeline, 100), "run", begun, begun);
    }

    private static Seen master(int timeline, long begun, Answer answer) {
        Sample last = sample(Role.MASTER, timeline, begun);
        return new Seen("old", last, last, EARLY, answer);
    }

    private static Seen demoted(int timeline, long begun) {
        Sample last = sample(Role.REPLICA, timeline, begun);
        return new Seen("old", last, sample(Role.MASTER, 1, EARLY), EARLY, Answer.GIVEN);
    }

    private static Seen claimant(String name, int timeline) {
        Sample last = sample(Role.MASTER, timeline, LATE);
        return new Seen(name, last, last, LATE, Answer.GIVEN);
    }

    private static Seen replica(String name, int timeline) {
        return new Seen(name, sample(Role.REPLICA, timeline, LATE), null, 0, Answer.GIVEN);
    }

    private static Roles of(Seen master, Seen... others) {
        return Roles.of(master, List.of(others), List.of());
    }

    @Test
    void whileNobodyClaimsToBeTheMasterNothingChanges() {
        assertThat(of(master(1, EARLY, Answer.LOST), replica("a", 1)).promoted())
                .isNull();
        assertThat(of(demoted(1, LATE + 1), replica("a", 1)).promoted()).isNull();
    }

    @Test
    void aClaimantIsTheMasterWhenThePresentOneIsLostOrDemoted() {
        assertThat(of(master(1, EARLY, Answer.LOST), claimant("a", 2), replica("b", 1)))
                .isEqualTo(new Roles("a", List.of()));
        assertThat(of(demoted(2, LATE + 1), claimant("a", 2)).promoted()).isEqualTo("a");
    }

    @Test
    void aMasterThatHasJustMissedAnAnswerIsNeitherReplacedNorDoubted() {
        assertThat(of(master(1, EARLY, Answer.MISSED), claimant("a", 2))).isEqualTo(new Roles(null, List.of()));
        assertThat(Roles.of(master(1, EARLY, Answer.MISSED), List.of(claimant("a", 2)), List.of("old", "a"))
                        .rivals())
                .as("who were two stay two")
                .containsExactly("old", "a");
    }

    @Test
    void twoThatAnswerAreRivalsAsSoonAsThePresentOneHasAnsweredAfterTheOther() {
        assertThat(of(master(1, LATE - 1, Answer.GIVEN), claimant("a", 2)).rivals())
                .isEmpty();
        assertThat(of(master(1, LATE + 1, Answer.GIVEN), claimant("a", 2)).rivals())
                .containsExactly("old", "a");
        assertThat(of(master(2, LATE + 1, Answer.GIVEN), claimant("a", 1)).rivals())
                .as("also one that was left behind")
                .containsExactly("old", "a");
        assertThat(of(master(1, EARLY, Answer.LOST), claimant("a", 2), claimant("b", 3)))
                .isEqualTo(new Roles(null, List.of("a", "b")));
    }

    @Test
    void anOlderOrTheSameHistoryIsNeverTheMaster() {
        assertThat(of(master(2, EARLY, Answer.LOST), claimant("a", 1)).promoted())
                .isNull();
        assertThat(of(master(2, EARLY, Answer.LOST), claimant("a", 2)).promoted())
                .isNull();
        Sample following = sample(Role.REPLICA, 3, LATE + 1);
        assertThat(of(new Seen("old", following, null, 0, Answer.GIVEN), claimant("a", 2))
                        .promoted())
                .as("it follows a later one than this")
                .isNull();
    }

    @Test
    void aDeclarationThatWasWrongFromTheBeginningIsSetRight() {
        Sample following = sample(Role.REPLICA, 1, LATE + 1);
        assertThat(of(new Seen("old", following, null, 0, Answer.GIVEN), claimant("a", 1))
                        .promoted())
                .isEqualTo("a");
        assertThat(of(new Seen("old", null, null, 0, Answer.LOST), claimant("a", 2))
                        .promoted())
                .isEqualTo("a");
        assertThat(of(new Seen("old", null, null, 0, Answer.LOST), claimant("a", 1))
                        .promoted())
                .as("it may be the master of any other cluster")
                .isNull();
        assertThat(of(new Seen("old", null, null, 0, Answer.LOST), claimant("a", 1), replica("b", 1))
                        .promoted())
                .as("another server is of its cluster")
                .isEqualTo("a");
        assertThat(of(new Seen("old", null, null, 0, Answer.GIVEN), claimant("a", 1))
                        .promoted())
                .as("it has not been asked yet")
                .isNull();
    }

    @Test
    void anotherClusterAndAnotherDatabaseDecideNothing() {
        Sample strange = new Sample(Role.MASTER, Position.ofPostgres(8, 9, 100), "run", LATE, LATE);
        assertThat(of(master(1, EARLY, Answer.LOST), new Seen("a", strange, strange, LATE, Answer.GIVEN)))
                .isEqualTo(new Roles(null, List.of()));
        Sample mariadb = new Sample(Role.MASTER, Position.ofMariaDb("0-2-9"), "run", LATE, LATE);
        assertThat(of(
                        new Seen("old", mariadb, mariadb, EARLY, Answer.LOST),
                        new Seen("a", mariadb, mariadb, LATE, Answer.GIVEN)))
                .isEqualTo(new Roles(null, List.of()));
        Seen silent = new Seen("a", sample(Role.MASTER, 2, LATE), null, LATE, Answer.MISSED);
        assertThat(of(master(1, EARLY, Answer.LOST), silent).promoted())
                .as("it has gone again")
                .isNull();
    }

    private static Seen of(String name, Sample last) {
        return new Seen(name, last, last.role() == Role.MASTER ? last : null, last.begunNanos(), Answer.GIVEN);
    }

    private static Sample run(String server, Role role, long system, int timeline) {
        return new Sample(role, Position.ofPostgres(system, timeline, 100), server, LATE, LATE);
    }

    /** An address that moves with the master beside the servers' own, or a developer's machine. */
    @Test
    void oneServerUnderTwoNamesIsOneMaster() {
        Sample moved = new Sample(Role.MASTER, Position.ofPostgres(7, 2, 110), "one", LATE + 1, LATE + 1);
        Seen rome = of("rome", run("one", Role.MASTER, 7, 2));
        assertThat(of(new Seen("address", moved, moved, EARLY, Answer.GIVEN), rome))
                .isEqualTo(new Roles(null, List.of()));
        assertThat(of(new Seen("address", moved, moved, EARLY, Answer.LOST), rome))
                .as("nobody else is it")
                .isEqualTo(new Roles(null, List.of()));
        assertThat(of(master(1, EARLY, Answer.LOST), rome, of("again", run("one", Role.MASTER, 7, 2))))
                .isEqualTo(new Roles("rome", List.of()));
        assertThat(of(master(1, EARLY, Answer.LOST), rome, of("other", run("two", Role.MASTER, 7, 2)))
                        .rivals())
                .as("of one number, but two servers")
                .containsExactly("rome", "other");
    }

    @Test
    void aHistoryThatAnyServerHasLeftIsNotTheMasters() {
        Seen unheard = new Seen("declared", null, null, 0, Answer.LOST);
        assertThat(of(unheard, claimant("left behind", 1), replica("standby", 2))
                        .promoted())
                .isNull();
        Seen gone = new Seen("gone", sample(Role.MASTER, 3, LATE), sample(Role.MASTER, 3, LATE), LATE, Answer.LOST);
        assertThat(of(master(1, EARLY, Answer.LOST), claimant("left behind", 2), gone)
                        .promoted())
                .isNull();
    }

    /** A restored copy among the replicas. */
    @Test
    void aServerOfAnotherClusterKeepsNobodyFromAFailover() {
        Seen foreign = of("foreign", run("copy", Role.MASTER, 8, 9));
        assertThat(of(master(1, EARLY, Answer.LOST), claimant("a", 2), foreign)).isEqualTo(new Roles("a", List.of()));
        Seen unheard = new Seen("declared", null, null, 0, Answer.LOST);
        assertThat(of(unheard, claimant("a", 2), replica("b", 2), foreign))
                .as("most are of the other one")
                .isEqualTo(new Roles("a", List.of()));
        assertThat(of(unheard, claimant("a", 2), foreign))
                .as("nobody knows which is the cluster")
                .isEqualTo(new Roles(null, List.of()));
    }
}
