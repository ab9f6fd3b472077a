package dev.facade.engine.position;

import dev.facade.cluster.Position;
import dev.facade.cluster.Sample;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.OptionalLong;

/**
 * When the master was where: from it follows how old a replica's data can be, without a heartbeat and without clocks that
 * agree. Thread-safe.
 */
final class MasterLog {

    private static final int SIZE = 1024;

    private final Deque<Sample> samples = new ArrayDeque<>();

    synchronized void add(Sample sample) {
        Sample before = samples.peekLast();
        if (before != null && before.position().equals(sample.position()) && samples.size() > 1) {
            samples.removeLast(); // an idle master: the later of two samples tells more
        }
        samples.addLast(sample);
        if (samples.size() > SIZE) {
            samples.removeFirst();
        }
    }

    /** The moment up to which a position has all that was committed; empty if that is not known. */
    synchronized OptionalLong knownUpTo(Position position) {
        for (Iterator<Sample> newestFirst = samples.descendingIterator(); newestFirst.hasNext(); ) {
            Sample sample = newestFirst.next();
            if (position.covers(sample.position())) {
                return OptionalLong.of(sample.begunNanos());
            }
        }
        return OptionalLong.empty();
    }
}
