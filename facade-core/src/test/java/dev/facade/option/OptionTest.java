package dev.facade.option;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.facade.option.ReadOption.FetchSize;
import dev.facade.query.Preload;
import jakarta.persistence.LockModeType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Options refuse bad values at the door, with name, value and expectation. */
class OptionTest {

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
    void aFetchSizeBelowOneIsRefused(int rows) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FetchSize.of(rows))
                .withMessage("rows: " + rows + " (expected: >= 1)");
    }

    @Test
    void aFetchSizeOfOneIsTheLeast() {
        assertThat(FetchSize.of(1).rows()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1S", "PT0.3S", "PT1.5S", "PT720H"})
    void aTimeoutOfPartsOfASecondOrOfManyDaysIsRefused(String limit) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Timeout.of(Duration.parse(limit)))
                .withMessageStartingWith("limit: PT")
                .withMessageEndingWith("(expected: whole seconds, 1 s to 2147483 s)");
    }

    @Test
    void aTimeoutOfOneSecondIsTheLeast() {
        assertThat(Timeout.of(Duration.ofSeconds(1)).limit()).isEqualTo(Duration.ofSeconds(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", ".author", "author.", "comments..author"})
    void aPathThatIsNoPathIsRefused(String path) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Preload.of("author", path))
                .withMessage("path: '" + path + "' (expected: attributes joined by dots)");
    }

    @Test
    void aPathThatIsNullIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Preload.of((String) null))
                .withMessage("path: 'null' (expected: attributes joined by dots)");
    }

    @Test
    void aPreloadKeepsACopyOfItsPaths() {
        List<String> paths = new ArrayList<>(List.of("author"));
        Preload preload = new Preload(paths, java.util.Map.of(), java.util.Map.of(), false);
        paths.add("comments.author");
        assertThat(preload.paths()).containsExactly("author");
        assertThat(Preload.of("author", "comments.author").paths()).containsExactly("author", "comments.author");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "\t"})
    void aTargetWithoutANameIsRefused(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Target.replica(name))
                .withMessage("name: '" + name + "' (expected: the name of a replica)");
    }

    @Test
    void aTargetSaysWhereTo() {
        assertThat(Target.master().isMaster()).isTrue();
        assertThat(Target.master().replicaName()).isNull();
        assertThat(Target.replica().isMaster()).isFalse();
        assertThat(Target.replica().replicaName()).isNull();
        assertThat(Target.replica("berlin").isMaster()).isFalse();
        assertThat(Target.replica("berlin").replicaName()).isEqualTo("berlin");
        assertThat(Target.replica("berlin")).hasToString("replica berlin");
    }

    @Test
    void aLockHasAMode() {
        assertThat(Lock.pessimisticWrite().mode()).isEqualTo(LockModeType.PESSIMISTIC_WRITE);
        assertThat(Lock.pessimisticRead().mode()).isEqualTo(LockModeType.PESSIMISTIC_READ);
    }

    @Test
    @SuppressWarnings("NullAway") // what a caller without a null checker may do
    void aMissingValueIsNamed() {
        assertThatNullPointerException().isThrownBy(() -> new Lock(null)).withMessage("mode");
        assertThatNullPointerException().isThrownBy(() -> Timeout.of(null)).withMessage("limit");
        assertThatNullPointerException().isThrownBy(() -> Target.replica(null)).withMessage("name");
    }
}
