package dev.facade.engine.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facade.cluster.Replica;
import java.util.List;
import org.junit.jupiter.api.Test;

class PatienceTest {

    private static final long MILLI = 1_000_000;

    private final Replica a = Replica.of("a");
    private final Replica b = Replica.of("b");
    private final Replica c = Replica.of("c");
    private final Patience patience = new Patience(() -> List.of(a, b, c));

    private static void answers(Replica replica, int answers, long nanos) {
        for (int i = 0; i < answers; i++) {
            replica.answered(nanos, 0);
        }
    }

    @Test
    void isFixedWhileNothingIsKnownOfTheOthers() {
        answers(a, 1000, 5 * MILLI);
        answers(b, 19, 5 * MILLI);
        assertThat(patience.with(a, 0)).isEqualTo(Patience.FIRST);
    }

    @Test
    void isThreeTimesWhatOthersTake() {
        answers(b, 20, 100 * MILLI);
        assertThat(patience.with(a, 0)).isBetween(300 * MILLI, 320 * MILLI);
    }

    @Test
    void isNeverSoShortThatAPauseOfTheServerUsesItUp() {
        answers(b, 20, MILLI);
        assertThat(patience.with(a, 0)).isEqualTo(Patience.LEAST);
        assertThat(patience.isOver(a, Patience.LEAST - 1, 0)).isFalse();
        assertThat(patience.isOver(a, Patience.LEAST, 0)).isTrue();
    }

    @Test
    void t40OneSlowReplicaAmongTheOthersDoesNotMakeSlownessNormal() {
        answers(b, 20, 100 * MILLI);
        answers(c, 20, 4000 * MILLI);
        assertThat(patience.with(a, 0)).isLessThan(330 * MILLI);
        assertThat(patience.with(b, 0)).as("the only one left to compare with").isGreaterThan(10_000 * MILLI);
    }

    @Test
    void isAskedAgainAfterAWhileOnly() {
        assertThat(patience.with(a, 0)).isEqualTo(Patience.FIRST);
        answers(b, 20, 100 * MILLI);
        assertThat(patience.with(a, 99 * MILLI)).isEqualTo(Patience.FIRST);
        assertThat(patience.with(a, 100 * MILLI)).isLessThan(Patience.FIRST);
    }
}
