package dev.facade.test;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** The counts of a relay. Thread-safe. */
final class RelayCounters {

    private final AtomicInteger open = new AtomicInteger();
    private final AtomicLong accepted = new AtomicLong();
    private final AtomicLong roundTrips = new AtomicLong();

    int open() {
        return open.get();
    }

    long accepted() {
        return accepted.get();
    }

    long roundTrips() {
        return roundTrips.get();
    }

    void opened() {
        open.incrementAndGet();
        accepted.incrementAndGet();
    }

    void closed() {
        open.decrementAndGet();
    }

    void roundTrip() {
        roundTrips.incrementAndGet();
    }

    void reset() {
        accepted.set(0);
        roundTrips.set(0);
    }
}
