package dev.facade.engine.position;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facade.cluster.Position;
import dev.facade.cluster.Sample;
import dev.facade.event.Role;
import org.junit.jupiter.api.Test;

class MasterLogTest {

    private final MasterLog log = new MasterLog();

    private static Position at(long lsn) {
        return Position.ofPostgres(7, 1, lsn);
    }

    private void master(long lsn, long nanos) {
        log.add(new Sample(Role.MASTER, at(lsn), "run", nanos, nanos));
    }

    @Test
    void aPositionIsKnownUpToTheLastSampleThatItCovers() {
        master(100, 10);
        master(200, 20);
        master(300, 30);
        assertThat(log.knownUpTo(at(250))).hasValue(20);
        assertThat(log.knownUpTo(at(300))).hasValue(30);
        assertThat(log.knownUpTo(at(999))).hasValue(30);
    }

    @Test
    void t22WhatIsNotKnownIsNotZero() {
        assertThat(log.knownUpTo(at(5))).isEmpty();
        master(100, 10);
        assertThat(log.knownUpTo(at(99))).isEmpty();
        assertThat(log.knownUpTo(Position.ofPostgres(7, 2, 999))).isEmpty();
    }

    @Test
    void t21AnIdleMasterIsNoLag() {
        master(100, 10);
        master(200, 20);
        for (int i = 3; i < 5000; i++) {
            master(200, i * 10L);
        }
        assertThat(log.knownUpTo(at(200))).hasValue(49_990);
        assertThat(log.knownUpTo(at(150))).hasValue(10);
    }
}
