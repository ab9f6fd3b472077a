package dev.facade.consistency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;

class ConsistencyTest {

    @Test
    void levelsTakeWhatMeansSomethingThere() {
        assertThat(Consistency.session().waitingUpTo(Duration.ofMillis(5)).orFail())
                .returns(Duration.ofMillis(5), Consistency::patience)
                .returns(true, Consistency::fails);
        assertThat(Consistency.boundedStaleness(Duration.ofSeconds(2)).staleness())
                .isEqualTo(Duration.ofSeconds(2));
        for (Consistency level : new Consistency[] {Consistency.eventual(), Consistency.strong()}) {
            assertThatIllegalArgumentException().isThrownBy(level::orFail).withMessageContaining("orFail");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> level.waitingUpTo(Duration.ofMillis(1)))
                    .withMessageContaining("waitingUpTo");
        }
    }

    @Test
    void badTimesAreRefused() {
        for (Duration bad : new Duration[] {
            Duration.ZERO,
            Duration.ofNanos(1),
            Duration.ofMillis(-1),
            Duration.ofHours(2),
            ChronoUnit.FOREVER.getDuration()
        }) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Consistency.boundedStaleness(bad))
                    .withMessageContaining("limit");
        }
        for (Duration bad : new Duration[] {Duration.ofSeconds(-1), ChronoUnit.FOREVER.getDuration()}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Consistency.session().waitingUpTo(bad))
                    .withMessageContaining("waitingUpTo");
        }
    }
}
