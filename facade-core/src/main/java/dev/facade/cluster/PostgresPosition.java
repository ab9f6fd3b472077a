package dev.facade.cluster;

import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A log sequence number on a timeline of a cluster. */
record PostgresPosition(long system, int timeline, long lsn) implements Position {

    private static final Pattern TEXT = Pattern.compile("pg/([0-9a-f]{1,16})/([0-9a-f]{1,8})/([0-9a-f]{1,16})");

    static @Nullable Position parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            return null;
        }
        return new PostgresPosition(
                Long.parseUnsignedLong(matcher.group(1), 16),
                Integer.parseUnsignedInt(matcher.group(2), 16),
                Long.parseUnsignedLong(matcher.group(3), 16));
    }

    @Override
    public boolean covers(Position other) {
        return other instanceof PostgresPosition position
                && comparable(position)
                && Long.compareUnsigned(lsn, position.lsn) >= 0;
    }

    /** Timelines branch off each other at places that are not known here. */
    @Override
    public boolean comparable(Position other) {
        return other instanceof PostgresPosition position && system == position.system && timeline == position.timeline;
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
    public String toString() {
        return "%X/%X (timeline %d)".formatted(lsn >>> 32, lsn & 0xFFFFFFFFL, timeline);
    }
}
