package dev.facade.routing;

import dev.facade.cluster.Replica;
import java.util.List;

/** For each candidate as many lots as its weight, divided by what the weights have in common. Immutable. */
final class Lots {

    private final Replica[] lots;

    private Lots(Replica[] lots) {
        this.lots = lots;
    }

    static Lots of(List<Replica> candidates) {
        int gcd = 0;
        int sum = 0;
        for (Replica candidate : candidates) {
            gcd = gcd(candidate.weight(), gcd);
            sum += candidate.weight();
        }
        if (sum == 0) {
            throw new IllegalArgumentException(
                    "candidates: " + candidates + " all have weight 0 (expected: at least one of >= 1)");
        }
        Replica[] lots = new Replica[sum / gcd];
        int next = 0;
        for (Replica candidate : candidates) {
            for (int lot = candidate.weight() / gcd; lot > 0; lot--) {
                lots[next++] = candidate;
            }
        }
        return new Lots(lots);
    }

    static int gcd(int a, int b) {
        return b == 0 ? a : gcd(b, a % b);
    }

    int size() {
        return lots.length;
    }

    Replica get(int lot) {
        return lots[lot];
    }
}
