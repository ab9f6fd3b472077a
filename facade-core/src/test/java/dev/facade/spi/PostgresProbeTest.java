package dev.facade.spi;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PostgresProbeTest {

    @Test
    void t38ThePositionBehindAPageHeaderIsTheEndOfThePageBefore() {
        assertThat(PostgresProbe.withoutHeader(0x3002018L)).isEqualTo(0x3002000L);
        assertThat(PostgresProbe.withoutHeader(0x3000028L)).isEqualTo(0x3000000L);
        assertThat(PostgresProbe.withoutHeader(0x3002028L)).isEqualTo(0x3002028L);
        assertThat(PostgresProbe.withoutHeader(0x3000018L)).isEqualTo(0x3000000L);
        assertThat(PostgresProbe.withoutHeader(0x3002118L)).isEqualTo(0x3002118L);
        assertThat(PostgresProbe.withoutHeader(0xFFFFFFFFFFFFE018L)).isEqualTo(0xFFFFFFFFFFFFE000L);
    }
}
