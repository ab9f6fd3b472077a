package dev.facade.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A log sequence number on a timeline of a cluster.
 *
 * @param system the cluster
 * @param timeline the timeline
 * @param lsn the place
 * @param began where the timeline branched off the one before; 0 if that is not known
 * @param passed what of earlier timelines is known to be in this history; not part of the place
 */
record PostgresPosition(long system, int timeline, long lsn, long began, List<Passed> passed) implements Position {

    private static final Pattern TEXT = Pattern.compile("pg/([0-9a-f]{1,16})/([0-9a-f]{1,8})/([0-9a-f]{1,16})");

    /** All of an earlier timeline up to a place. */
    record Passed(int timeline, long end) {}

    /** The second timeline can only have branched off the first; what a crash adds to that is lost anyway. */
    static PostgresPosition of(long system, int timeline, long lsn, long began) {
        List<Passed> passed = timeline == 2 && began != 0 ? List.of(new Passed(1, began)) : List.of();
        return new PostgresPosition(system, timeline, lsn, began, passed);
    }

    static @Nullable Position parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            return null;
        }
        return of(
                Long.parseUnsignedLong(matcher.group(1), 16),
                Integer.parseUnsignedInt(matcher.group(2), 16),
                Long.parseUnsignedLong(matcher.group(3), 16),
                0);
    }

    @Override
    public boolean covers(Position other) {
        return other instanceof PostgresPosition position
                && Long.compareUnsigned(lsn, position.lsn) >= 0
                && (isOnTimelineOf(position) || hasPassed(position));
    }

    /** Timelines branch off each other at places that are not always known here. */
    @Override
    public boolean comparable(Position other) {
        return other instanceof PostgresPosition position
                && (isOnTimelineOf(position) || hasPassed(position) || position.hasPassed(this));
    }

    private boolean isOnTimelineOf(PostgresPosition other) {
        return system == other.system && timeline == other.timeline;
    }

    private boolean hasPassed(PostgresPosition other) {
        if (system != other.system) {
            return false;
        }
        for (Passed earlier : passed) {
            if (earlier.timeline == other.timeline && Long.compareUnsigned(other.lsn, earlier.end) <= 0) {
                return true;
            }
        }
        return false;
    }

    /**
     * A server that was at a place of an earlier timeline has all of that up to there. If it was the timeline just before
     * this one there is none in between, so this one has branched off it, where it began.
     */
    @Override
    public Position via(Position earlier) {
        if (!(earlier instanceof PostgresPosition before) || system != before.system || before.timeline > timeline) {
            return this;
        }
        List<Passed> more = new ArrayList<>(passed);
        before.passed.forEach(known -> add(more, known));
        if (before.timeline < timeline && Long.compareUnsigned(before.lsn, lsn) <= 0) {
            boolean branched = before.timeline == timeline - 1 && Long.compareUnsigned(began, before.lsn) > 0;
            add(more, new Passed(before.timeline, branched ? began : before.lsn));
        }
        return more.equals(passed) ? this : new PostgresPosition(system, timeline, lsn, began, List.copyOf(more));
    }

    private static void add(List<Passed> all, Passed one) {
        for (int i = 0; i < all.size(); i++) {
            Passed known = all.get(i);
            if (known.timeline == one.timeline) {
                all.set(i, Long.compareUnsigned(known.end, one.end) < 0 ? one : known);
                return;
            }
        }
        all.add(one);
    }

    @Override
    public OptionalLong bytesSince(Position earlier) {
        return earlier instanceof PostgresPosition position && comparable(position)
                ? OptionalLong.of(covers(position) ? lsn - position.lsn : 0)
                : OptionalLong.empty();
    }

    @Override
    public boolean isOfClusterOf(Position other) {
        return other instanceof PostgresPosition position && system == position.system;
    }

    @Override
    public boolean isForeignTo(Position other) {
        return other instanceof PostgresPosition position && system != position.system;
    }

    /** A promotion takes the next number that it has not seen taken. */
    @Override
    public boolean succeeds(Position other) {
        return other instanceof PostgresPosition position && system == position.system && timeline > position.timeline;
    }

    @Override
    public String text() {
        return "pg/" + Long.toHexString(system) + "/" + Integer.toHexString(timeline) + "/" + Long.toHexString(lsn);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PostgresPosition position && isOnTimelineOf(position) && lsn == position.lsn;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(system) * 31 * 31 + timeline * 31 + Long.hashCode(lsn);
    }

    @Override
    public String toString() {
        return "%X/%X (timeline %d)".formatted(lsn >>> 32, lsn & 0xFFFFFFFFL, timeline);
    }

    @Override
    public boolean isPromoted() {
        return timeline > 1;
    }
}
