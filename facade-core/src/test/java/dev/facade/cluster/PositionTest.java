package dev.facade.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class PositionTest {

    private static Position at(long lsn) {
        return Position.ofPostgres(7, 1, lsn);
    }

    /** The second timeline branches off the first, and where it does a promoted master tells. */
    @Test
    void theSecondTimelineHasAllOfTheFirstUpToItsBeginning() {
        Position promoted = Position.ofPostgres(7, 2, 150, 120);
        assertThat(promoted.covers(at(120))).isTrue();
        assertThat(promoted.covers(at(121))).as("it may be lost").isFalse();
        assertThat(promoted.comparable(at(120))).isTrue();
        assertThat(promoted.comparable(at(121))).isFalse();
        assertThat(at(500).covers(promoted)).isFalse();
        assertThat(Position.ofPostgres(7, 3, 150, 120).covers(at(100)))
                .as("it may have branched off either")
                .isFalse();
        Position follower = Position.ofPostgres(7, 2, 110).via(promoted);
        assertThat(follower.covers(at(110))).isTrue();
        assertThat(follower.covers(at(111))).as("not replayed yet").isFalse();
        assertThat(follower.merge(at(111))).isEqualTo(at(111));
    }

    @Test
    void aServerHasWhatItHadBeforeItsPromotion() {
        Position before = Position.ofPostgres(7, 4, 100).via(Position.ofPostgres(7, 2, 60));
        Position next = Position.ofPostgres(7, 5, 150, 120).via(before);
        assertThat(next.covers(Position.ofPostgres(7, 4, 120)))
                .as("none is between")
                .isTrue();
        assertThat(next.covers(Position.ofPostgres(7, 4, 121))).isFalse();
        assertThat(next.covers(Position.ofPostgres(7, 2, 60))).isTrue();
        assertThat(next.covers(Position.ofPostgres(7, 2, 61))).isFalse();
        Position skipped = Position.ofPostgres(7, 6, 150, 120).via(before);
        assertThat(skipped.covers(Position.ofPostgres(7, 4, 100))).isTrue();
        assertThat(skipped.covers(Position.ofPostgres(7, 4, 101)))
                .as("the fifth may be in between")
                .isFalse();
        assertThat(skipped.covers(Position.ofPostgres(8, 4, 1))).isFalse();
        assertThat(before.via(next)).as("of a later one").isSameAs(before);
        assertThat(skipped.via(before)).as("nothing new").isSameAs(skipped);
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

    private static Position gtids(String text) {
        return Position.ofMariaDb(text);
    }

    @Test
    void mariaDbComparesTheNumbersOfOneServerInADomain() {
        assertThat(gtids("0-1-100").covers(gtids("0-1-99"))).isTrue();
        assertThat(gtids("0-1-99").covers(gtids("0-1-100"))).isFalse();
        assertThat(gtids("0-1-9").covers(gtids("0-1-9"))).isTrue();
        assertThat(gtids("0-1-18446744073709551615").covers(gtids("0-1-9223372036854775807")))
                .isTrue();
        assertThat(gtids("0-1-7,0-2-9,0-3-8")).isEqualTo(gtids("0-2-9"));
        assertThat(gtids("0-1-5").covers(at(5))).isFalse();
        assertThat(at(5).comparable(gtids("0-1-5"))).isFalse();
    }

    @Test
    void mariaDbCoversAllDomainsOrNothing() {
        Position both = gtids("0-1-10,1-3-10");
        assertThat(both.covers(gtids("0-1-10"))).isTrue();
        assertThat(gtids("0-1-11").covers(both)).isFalse();
        assertThat(gtids("0-1-11,1-3-9").covers(both)).isFalse();
        assertThat(both.covers(gtids("0-1-11,1-3-9"))).isFalse();
        assertThat(both.comparable(gtids("0-1-11,1-3-9"))).isTrue();
        assertThat(both.merge(gtids("0-1-11,1-3-9"))).isEqualTo(gtids("0-1-11,1-3-10"));
        assertThat(both.merge(gtids("0-1-1,7-1-1"))).isEqualTo(gtids("0-1-10,1-3-10,7-1-1"));
    }

    @Test
    void mariaDbDoesNotCompareServers() {
        Position old = gtids("0-1-100");
        Position promoted = gtids("0-2-96");
        assertThat(old.covers(promoted)).isFalse();
        assertThat(promoted.covers(old)).isFalse();
        assertThat(gtids("0-2-101").covers(old)).isFalse();
        assertThat(gtids("0-2-101,1-3-7").comparable(gtids("0-1-100,1-3-7"))).isFalse();
        assertThat(gtids("0-1-100").comparable(gtids("1-1-100"))).isFalse();
        assertThatIllegalArgumentException().isThrownBy(() -> old.merge(promoted));
        assertThatIllegalArgumentException().isThrownBy(() -> old.merge(at(1)));
    }

    @Test
    void aPositionOfMariaDbIsWrittenAndRead() {
        Position position = gtids("1-3-7, 0-4294967295-18446744073709551615");
        assertThat(position).hasToString("0-4294967295-18446744073709551615,1-3-7");
        assertThat(position.text()).isEqualTo("maria/0/ffffffff/ffffffffffffffff/1/3/7");
        assertThat(Position.parse(position.text())).isEqualTo(position);
        assertThat(Position.parse("maria")).isNull();
        assertThat(Position.parse("maria/0/1")).isNull();
        assertThat(Position.parse("maria/0/1/2/3")).isNull();
        assertThat(Position.parse("maria" + "/0/1/12345678901234567")).isNull();
        assertThat(Position.parse("maria" + manyDomains(25, "/", "/1/1"))).isNull();
        assertThat(Position.parse("maria" + manyDomains(24, "/", "/1/1"))).isNotNull();
    }

    @Test
    void whatIsNoPositionOfMariaDbIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> gtids(""))
                .withMessage("gtids: '' (expected: domain-server-sequence, with commas in between)");
        assertThatIllegalArgumentException().isThrownBy(() -> gtids("0-1"));
        assertThatIllegalArgumentException().isThrownBy(() -> gtids("0-1-1,"));
        assertThatIllegalArgumentException().isThrownBy(() -> gtids("0-1-99999999999999999999"));
        assertThatIllegalArgumentException().isThrownBy(() -> gtids("9999999999-1-1"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> gtids(manyDomains(25, ",", "-1-1").substring(1)))
                .withMessage("gtids: of 25 domains (expected: 1 to 24)");
    }

    private static String manyDomains(int count, String before, String after) {
        StringBuilder text = new StringBuilder();
        for (int domain = 0; domain < count; domain++) {
            text.append(before).append(domain % 10).append(domain / 10).append(after);
        }
        return text.toString();
    }

    @Test
    void bytesAreCountedWithinOneHistory() {
        Position later = Position.ofPostgres(7, 1, 0x10000000L);
        Position earlier = Position.ofPostgres(7, 1, 0x9000000L);
        assertThat(later.bytesSince(earlier)).hasValue(0x7000000L);
        assertThat(earlier.bytesSince(later)).hasValue(0);
        assertThat(later.bytesSince(Position.ofPostgres(7, 2, 0))).isEmpty();
        assertThat(Position.ofMariaDb("0-1-5").bytesSince(Position.ofMariaDb("0-1-3")))
                .isEmpty();
    }
}
