package dev.facade.consistency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.facade.cluster.Position;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CausalTokenTest {

    private static final byte[] OLD = "an older secret of 24 b.".getBytes(StandardCharsets.UTF_8);
    private static final byte[] NEW = "a newer secret of 24 byt".getBytes(StandardCharsets.UTF_8);
    private static final CausalToken TOKEN = CausalToken.of(Position.ofPostgres(-7, 3, 0xFF00000028L));

    private final CausalToken.Keys keys = CausalToken.Keys.of("k1", OLD);

    @Test
    void aTokenIsWrittenAndRead() {
        String text = keys.write(TOKEN);
        assertThat(text).matches("[A-Za-z0-9._-]+").hasSizeLessThan(200);
        assertThat(keys.read(text).orElseThrow().position()).isEqualTo(TOKEN.position());
    }

    @Test
    void theLongestPositionOfMariaDbFitsInToo() {
        String gtids = IntStream.range(0, 24)
                .mapToObj(domain -> 4_294_967_295L - domain + "-4294967295-18446744073709551615")
                .collect(Collectors.joining(","));
        Position position = Position.ofMariaDb(gtids);
        String text = keys.write(CausalToken.of(position));
        assertThat(text).matches("[A-Za-z0-9._-]+").hasSizeLessThan(1000);
        assertThat(keys.read(text).orElseThrow().position()).isEqualTo(position);
    }

    @Test
    void t33WhatNobodyHasSignedIsNoToken() {
        assertThat(keys.read(null)).as("no cookie").isEmpty();
        String text = keys.write(TOKEN);
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            char[] changed = text.toCharArray();
            int place = random.nextInt(changed.length);
            char sign = (char) ('!' + random.nextInt(90));
            if (changed[place] == sign) {
                continue;
            }
            changed[place] = sign;
            String other = new String(changed);
            boolean sameSignature = place == changed.length - 1; // its last sign carries two bits that mean nothing
            assertThat(keys.read(other)).as("seed %d: %s", seed, other).isEmpty();
            assertThat(sameSignature && keys.read(other).isPresent()).isFalse();
        }
        assertThat(keys.read("")).isEmpty();
        assertThat(keys.read("f1.k1")).isEmpty();
        assertThat(keys.read("f2" + text.substring(2))).isEmpty();
        assertThat(keys.read(text + "=".repeat(1000))).isEmpty();
        assertThat(CausalToken.Keys.of("k1", NEW).read(text)).isEmpty();
    }

    @Test
    void keysAreChangedOneAfterTheOther() {
        String before = keys.write(TOKEN);
        CausalToken.Keys both = CausalToken.Keys.of("k2", NEW).accepting("k1", OLD);
        assertThat(both.read(before)).isPresent();
        assertThat(keys.accepting("k2", NEW).read(both.write(TOKEN))).isPresent();
        assertThat(keys.read(both.write(TOKEN))).isEmpty();
    }

    @Test
    void badKeysAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CausalToken.Keys.of("k.1", OLD))
                .withMessageContaining("k.1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CausalToken.Keys.of("k1", new byte[15]))
                .withMessageContaining("15")
                .withMessageNotContaining("[0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> keys.accepting("k1", NEW))
                .withMessageContaining("twice");
    }
}
