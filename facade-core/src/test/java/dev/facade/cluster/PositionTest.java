package dev.facade.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class PositionTest {

    private static Position at(long lsn) {
        return Position.ofPostgres(7, 1, lsn);
    }

    @Test
    void t29PositionsAreComparedAsUnsignedNumbers() {
        assertThat(at(0x10000000L).covers(at(0x9000000L))).isTrue();
        assertThat(at(0x9000000L).covers(at(0x10000000L))).isFalse();
        assertThat(at(-1L).covers(at(Long.MAX_VALUE))).isTrue();
        assertThat(at(5).covers(at(5))).isTrue();
        assertThat(at(4).merge(at(9))).isEqualTo(at(9));
    }

    @Test
    void t32HistoriesAreNotCompared() {
        Position other = Position.ofPostgres(7, 2, 1);
        Position stranger = Position.ofPostgres(8, 1, 1);
        assertThat(at(9).covers(other)).isFalse();
        assertThat(other.covers(at(0))).isFalse();
        assertThat(at(9).covers(stranger)).isFalse();
        assertThatIllegalArgumentException().isThrownBy(() -> at(9).merge(other));
    }

    @Test
    void aPositionIsWrittenAndRead() {
        Position position = Position.ofPostgres(-1, 3, 0xFF00000028L);
        assertThat(Position.parse(position.text())).isEqualTo(position);
        assertThat(position).hasToString("FF/28 (timeline 3)");
        assertThat(Position.parse("pg/zz/1/1")).isNull();
        assertThat(Position.parse("")).isNull();
        assertThat(Position.parse("pg/1/1/11111111111111111")).isNull();
    }
}
