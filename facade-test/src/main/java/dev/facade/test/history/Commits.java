package dev.facade.test.history;

import dev.facade.test.history.HistoryEvent.Write;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** When the versions of a register were known to be committed. All are added before the first question. */
final class Commits {

    private final List<Write> writes = new ArrayList<>();
    private final NavigableMap<Long, Long> known = new TreeMap<>();
    private final Map<Long, Long> reported = new HashMap<>();
    private boolean indexed;

    void add(Write write) {
        writes.add(write);
    }

    /** The latest version that was known to be committed before a moment; the other value if there was none. */
    long knownBefore(long nanos, long none) {
        index();
        var entry = known.lowerEntry(nanos);
        return entry == null ? none : entry.getValue();
    }

    /** Tells whether a version is known to have been reported as committed only after a moment. */
    boolean isReportedAfter(long version, long nanos) {
        index();
        Long moment = reported.get(version);
        return moment != null && moment - nanos > 0;
    }

    private void index() {
        if (indexed) {
            return;
        }
        indexed = true;
        writes.sort(Comparator.comparingLong(Write::endedNanos));
        long latest = Long.MIN_VALUE;
        for (Write write : writes) {
            latest = Math.max(latest, write.version());
            known.put(write.endedNanos(), latest);
            reported.put(write.version(), write.endedNanos());
        }
    }
}
