package dev.facade.test.history;

import dev.facade.event.Role;
import dev.facade.test.history.ListEvent.Append;
import dev.facade.test.history.ListEvent.Missing;
import dev.facade.test.history.ListEvent.Seen;
import dev.facade.test.history.ListVerdict.Flaw;
import dev.facade.test.history.ListVerdict.Violation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Goes through what sessions did to lists, once. Used by one thread.
 *
 * <p>A list only grows, so that every read shows a beginning of what it is in the end. What a failover has lost is not
 * there in the end, and obliges nobody. The end is read after all events, or at least after those that are checked.
 */
final class ListCheck {

    /** How long lists must be that a session reads, and why. */
    private static final class Owed {

        final Map<String, Integer> written = new HashMap<>();
        final Map<String, Integer> read = new HashMap<>();
        final Map<String, Integer> named = new HashMap<>();
    }

    private final Map<String, int[]> end;
    private final boolean mayLose;
    private final Map<String, Map<Integer, Integer>> places = new HashMap<>();
    private final Map<Integer, Long> reported = new HashMap<>();
    private final Map<Integer, Owed> sessions = new HashMap<>();
    private final List<Violation> violations = new ArrayList<>();
    private long reads;
    private long onReplicas;
    private long pairs;
    private long appends;
    private long lost;
    private long shownEarly;

    /**
     * Takes the end.
     *
     * @param end all lists, by their names
     * @param mayLose whether there was a failover
     */
    ListCheck(Map<String, int[]> end, boolean mayLose) {
        this.end = end;
        this.mayLose = mayLose;
        end.forEach((list, values) -> {
            Map<Integer, Integer> place = new HashMap<>();
            for (int i = 0; i < values.length; i++) {
                if (place.put(values[i], i) != null) {
                    violations.add(new Violation(Flaw.REPEATED, values[i] + " in " + list));
                }
            }
            places.put(list, place);
        });
    }

    /** Checks events, each session's in their order. */
    ListVerdict run(List<? extends ListEvent> events) {
        for (ListEvent event : events) {
            if (event instanceof Append append && append.acknowledged()) {
                reported.put(append.value(), append.endedNanos());
            }
        }
        for (ListEvent event : events) {
            Owed owed = sessions.computeIfAbsent(event.session(), any -> new Owed());
            if (event instanceof Append append) {
                append(append, owed);
            } else if (event instanceof Seen seen) {
                seen(seen, owed);
            } else if (event instanceof Missing missing) {
                violations.add(new Violation(Flaw.EMPTY, missing.toString()));
            }
        }
        return new ListVerdict(reads, onReplicas, pairs, appends, lost, shownEarly, violations);
    }

    private void append(Append append, Owed owed) {
        if (!append.acknowledged()) {
            return;
        }
        appends++;
        Integer place = place(append.list(), append.value());
        if (place != null) {
            owed.written.merge(append.list(), place + 1, Math::max);
            owesPart(append.part(), append.named(), owed);
        } else if (mayLose) {
            lost++;
        } else {
            violations.add(new Violation(Flaw.LOST, append.toString()));
        }
    }

    private void seen(Seen seen, Owed owed) {
        reads++;
        onReplicas += seen.role() == Role.REPLICA ? 1 : 0;
        String list = seen.list();
        int length = 0;
        for (int value : seen.values()) {
            Integer place = place(list, value);
            if (place == null) {
                continue;
            }
            if (place != length) {
                violations.add(new Violation(Flaw.ORDER, seen + " (expected: " + value + " at " + place + ")"));
                return;
            }
            length++;
        }
        pairs += owed.named.containsKey(list) ? 1 : 0;
        expect(Flaw.OWN_WRITE_MISSING, seen, length, owed.written);
        expect(Flaw.READ_BACKWARDS, seen, length, owed.read);
        expect(Flaw.DANGLING, seen, length, owed.named);
        owed.read.merge(list, length, Math::max);
        int[] values = seen.values();
        if (values.length > 0 && place(list, values[values.length - 1]) != null) { // else it names what is lost, too
            owesPart(seen.part(), seen.named(), owed);
        }
    }

    private static void owesPart(@Nullable String part, int named, Owed owed) {
        if (part != null) {
            owed.named.merge(part, named, Math::max);
        }
    }

    private void expect(Flaw flaw, Seen seen, int length, Map<String, Integer> owed) {
        int least = owed.getOrDefault(seen.list(), 0);
        if (length >= least) {
            return;
        }
        if (flaw != Flaw.OWN_WRITE_MISSING && isShownEarly(seen, length, least)) {
            shownEarly++;
            return;
        }
        violations.add(new Violation(flaw, seen + " (expected: " + least + " values or more)"));
    }

    /** The master has not reported yet what a replica has shown. */
    private boolean isShownEarly(Seen seen, int length, int least) {
        int[] all = end.getOrDefault(seen.list(), new int[0]);
        for (int i = length; i < Math.min(least, all.length); i++) {
            Long moment = reported.get(all[i]);
            if (moment != null && moment - seen.begunNanos() <= 0) {
                return false;
            }
        }
        return seen.role() == Role.MASTER;
    }

    private @Nullable Integer place(String list, int value) {
        return places.getOrDefault(list, Map.of()).get(value);
    }
}
