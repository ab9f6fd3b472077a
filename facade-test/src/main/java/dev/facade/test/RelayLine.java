package dev.facade.test;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * One direction of a relay's link: what befalls all data that goes that way.
 *
 * <p>Belongs to the relay's thread.
 */
final class RelayLine {

    private static final long UNLIMITED = Long.MAX_VALUE;

    private long delayNanos;
    private long bytesPerSecond = UNLIMITED;
    private boolean blackHole;

    void delay(Duration delay) {
        delayNanos = delay.toNanos();
    }

    void throttle(long rate) {
        bytesPerSecond = rate;
    }

    void blackHole() {
        blackHole = true;
    }

    void heal() {
        delayNanos = 0;
        bytesPerSecond = UNLIMITED;
        blackHole = false;
    }

    boolean isBlackHole() {
        return blackHole;
    }

    /** Tells whether data may have to wait, and not just because its receiver does not keep up. */
    boolean holdsBack() {
        return blackHole || delayNanos > 0 || bytesPerSecond != UNLIMITED;
    }

    /** When data that was read, and has gone through a line of this width, is to be passed on. */
    long dueAt(long readAt, long throughAt) {
        return (bytesPerSecond == UNLIMITED ? readAt : throughAt) + delayNanos;
    }

    /** When data is through that has to wait for what was sent before it. */
    long throughAt(long readAt, long freeAt, int bytes) {
        long begin = freeAt - readAt > 0 && bytesPerSecond != UNLIMITED ? freeAt : readAt;
        return begin + (bytesPerSecond == UNLIMITED ? 0 : TimeUnit.SECONDS.toNanos(bytes) / bytesPerSecond);
    }
}
