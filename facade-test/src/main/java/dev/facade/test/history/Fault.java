package dev.facade.test.history;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** The faults of a replica while sessions work. Each ends with the replica as it was. */
public enum Fault {
    /** Its replay stands still for up to half a second. */
    PAUSED(5) {
        @Override
        void happen(FaultyNode node, Random random, Pace pace) {
            node.pauseReplay();
            pace.pass(random, 500);
            node.resumeReplay();
        }
    },
    /** It replays up to half a second late, for up to eight tenths of a second. */
    DELAYED(4) {
        @Override
        void happen(FaultyNode node, Random random, Pace pace) {
            node.replayDelay(Duration.ofMillis(random.nextInt(random.nextBoolean() ? 100 : 500)));
            pace.pass(random, 800);
            node.replayDelay(Duration.ZERO);
        }
    },
    /** It receives nothing from the master for up to six tenths of a second. */
    CUT_OFF(2) {
        @Override
        void happen(FaultyNode node, Random random, Pace pace) {
            node.cutOff();
            pace.pass(random, 600);
            node.reconnect();
        }
    },
    /** It dies, and returns within a tenth of a second and the time that its start takes. */
    KILLED(2) {
        @Override
        void happen(FaultyNode node, Random random, Pace pace) {
            node.kill();
            pace.pass(random, 100);
            node.start();
        }
    },
    /**
     * It dies in a lull, in which nobody looks at it, and is behind its own past when the sessions come back: what was
     * known of it does not hold any more.
     */
    CAME_BACK_BEHIND(2) {
        @Override
        void happen(FaultyNode node, Random random, Pace pace) {
            pace.lull(() -> {
                pace.pass(UNWATCHED_MILLIS + random.nextInt(200));
                node.comeBackBehind(PAST);
            });
            pace.pass(random, 500);
            node.replayDelay(Duration.ZERO);
        }
    };

    /** After a second without readers a facade looks at its nodes once a second only. */
    private static final int UNWATCHED_MILLIS = 1_100;

    /** Longer than the lull and the start, so that what was written before them is lost for a while. */
    private static final Duration PAST = Duration.ofSeconds(5);

    private final int weight;

    Fault(int weight) {
        this.weight = weight;
    }

    abstract void happen(FaultyNode node, Random random, Pace pace);

    /** Each as often as it weighs, in any order, so that a short run has its share of each. */
    static List<Fault> shuffled(Random random) {
        List<Fault> faults = new ArrayList<>();
        for (Fault fault : values()) {
            faults.addAll(Collections.nCopies(fault.weight, fault));
        }
        Collections.shuffle(faults, random);
        return faults;
    }
}
