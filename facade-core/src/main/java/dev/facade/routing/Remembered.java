package dev.facade.routing;

import dev.facade.cluster.Replica;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A value that follows from a list of candidates alone, made once for each list. Thread-safe and lock-free. The list is
 * the same one for most reads, then it is found by identity.
 */
final class Remembered<T> {

    private static final int MOST = 64;

    private final Function<List<Replica>, T> making;
    private final ConcurrentMap<List<Replica>, Entry<T>> entries = new ConcurrentHashMap<>();
    private volatile @Nullable Entry<T> last;

    Remembered(Function<List<Replica>, T> making) {
        this.making = making;
    }

    private record Entry<T>(List<Replica> candidates, T value) {}

    T of(List<Replica> candidates) {
        Entry<T> entry = last;
        if (entry == null || entry.candidates != candidates) {
            entry = entryFor(Candidates.checked(candidates));
            last = entry;
        }
        return entry.value;
    }

    private Entry<T> entryFor(List<Replica> candidates) {
        Entry<T> known = entries.get(candidates);
        if (known != null) {
            return known;
        }
        if (entries.size() >= MOST) {
            entries.clear();
        }
        return entries.computeIfAbsent(candidates, added -> new Entry<>(added, making.apply(added)));
    }
}
