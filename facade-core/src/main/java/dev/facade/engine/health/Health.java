package dev.facade.engine.health;

import dev.facade.cluster.Replica;
import dev.facade.spi.FailureClassifier;
import dev.facade.time.Ticker;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows which replicas may be candidates, by what became of their reads. Thread-safe and lock-free.
 *
 * <p>A replica is out
 *
 * <ul>
 *   <li>at the first {@link dev.facade.event.FailureClass#NODE} failure;
 *   <li>when eight answers in a row were slow: three times the 90th percentile of its peers, and 10 ms more than that;
 *   <li>when two reads on it were given up without a sign of life between them, and for half of the time that the second
 *       took nothing at all has come from it, while most of its peers have answered;
 *   <li>when it failed ten statements, not by what the caller got wrong, and a share of them that is 20 points above that of its peers;
 *   <li>while it lags further behind than the {@linkplain #lagLimit(Duration) operator's limit};
 *   <li>while it is {@linkplain #ban(Replica) banned};
 *   <li>while something {@linkplain #objection(Replica, String) speaks against} its being a replica at all.
 * </ul>
 *
 * <p>A failure keeps it out for a second, and twice as long each time that it does not return or does not stay for 30
 * seconds, up to 30 seconds, or three for one that answers, since nothing but a read tells that it is well again; all
 * shortened by chance by up to a fifth, so that many processes do not act in step. When the time is over exactly one read is handed
 * the replica as a probe; if it succeeds the replica is back, first with a small share of its reads, which grows for three
 * seconds. Of a silent or unreachable replica that a monitor samples there must have been a sign of life before that, for 30
 * seconds, so that no read waits for one that is still gone. A full pool and a conflict with recovery put nobody out.
 *
 * <p>Slowness, failing statements and lag leave {@linkplain #minServing(int) so many} replicas in, one by default, counted
 * in hosts; only a replica that cannot be entered, that is banned, or that is none, is out whatever is left. While nobody is out all of
 * it costs a few volatile reads, and allocates nothing. The thresholds are this project's own; what is measured is that
 * of Envoy's outlier detection.
 */
public final class Health {

    /** How long the first stay lasts at most. */
    public static final Duration FIRST = Duration.ofSeconds(1);
    /** How long any stay lasts at most. */
    public static final Duration LONGEST = Duration.ofSeconds(30);
    /** How long the stay of a replica lasts at most that answers, though slowly or with failures. */
    public static final Duration LONGEST_OF_THE_LIVING = Duration.ofSeconds(3);
    /** How long the share of a returned replica grows. */
    public static final Duration WARM_UP = Duration.ofSeconds(3);

    private static final int FAILED_AT_LEAST = 10;
    private static final int OUTCOMES_AT_LEAST = 20;
    private static final double WORSE = 0.2;
    private static final double COLDEST = 0.05;

    private static final Logger LOG = LoggerFactory.getLogger(Health.class);

    private final Ticker ticker;
    private final RandomGenerator random;
    private final AtomicReference<HealthView> view;
    private final Pace pace;
    private volatile Runnable watcher = () -> {};

    private Health(List<Replica> replicas, Ticker ticker, RandomGenerator random) {
        this.ticker = Objects.requireNonNull(ticker, "ticker");
        this.random = Objects.requireNonNull(random, "random");
        this.view = new AtomicReference<>(HealthView.of(replicas));
        this.pace = new Pace(() -> view.get().members());
    }

    /**
     * Starts with everybody in.
     *
     * @param replicas the replicas to watch
     * @param ticker the source of time
     * @return their health
     */
    public static Health of(List<Replica> replicas, Ticker ticker) {
        return of(replicas, ticker, () -> ThreadLocalRandom.current().nextLong());
    }

    /**
     * Starts with everybody in.
     *
     * @param replicas the replicas to watch
     * @param ticker the source of time
     * @param random shortens stays, and holds back reads from a replica that has just returned; thread-safe
     * @return their health
     */
    public static Health of(List<Replica> replicas, Ticker ticker, RandomGenerator random) {
        return new Health(replicas, ticker, random);
    }

    /**
     * Tells somebody that it may have changed who takes reads, on the thread that noticed it; nobody by default.
     *
     * @param watcher the only one; thread-safe and quick
     */
    public void watchedBy(Runnable watcher) {
        this.watcher = Objects.requireNonNull(watcher, "watcher");
    }

    // -- who is there

    /**
     * Returns the replicas that are in; the same list as long as nothing changes.
     *
     * @return an immutable list, maybe empty
     */
    public List<Replica> candidates() {
        return view.get().in();
    }

    /**
     * Returns the replicas that have failed, and are out or serve only for want of others; not those that are banned.
     *
     * @return an immutable list
     */
    public List<Replica> ejected() {
        return view.get().ejected();
    }

    /**
     * Returns a replica whose stay has ended, for exactly one of all callers, if it suits this one.
     *
     * @param suits tells whether the caller could read there
     * @return the replica to try, or null
     */
    public @Nullable Replica probe(Predicate<Replica> suits) {
        HealthView current = view.get();
        if (current.ejected().isEmpty()) {
            return null;
        }
        long now = ticker.nanos();
        for (Standing standing : current.standings()) {
            Ejection ejection = standing.ejection();
            if (ejection != null
                    && standing.isProbeDue(now)
                    && suits.test(standing.replica())
                    && ejection.claim(now, random)) {
                return standing.replica();
            }
        }
        return null;
    }

    /**
     * Tells whether a read should rather go to another replica, since this one has just returned: by chance, less often
     * from one moment to the next.
     *
     * @param replica a candidate
     * @return true to hold back
     */
    public boolean holdsBack(Replica replica) {
        HealthView current = view.get();
        if (current.cold().isEmpty() || !current.cold().contains(replica)) {
            return false;
        }
        long now = ticker.nanos();
        double share = current.standing(replica).warmth(now, WARM_UP.toNanos());
        if (share >= 1) {
            view.updateAndGet(before -> before.with(replica, Standing::warm));
            return false;
        }
        return random.nextDouble() >= Math.max(share, COLDEST);
    }

    /**
     * Returns the candidates that have not just returned; all of them if all have.
     *
     * @param candidates the candidates
     * @return some of them, in their order
     */
    public List<Replica> warm(List<Replica> candidates) {
        List<Replica> cold = view.get().cold();
        List<Replica> warm = candidates.stream()
                .filter(candidate -> !cold.contains(candidate))
                .toList();
        return warm.isEmpty() ? candidates : warm;
    }

    /**
     * Tells in words why a replica is no candidate.
     *
     * @param replica the replica
     * @return the reason; empty if it is one
     */
    public String reason(Replica replica) {
        HealthView current = view.get();
        if (current.in().contains(replica)) {
            return "";
        }
        return current.isMember(replica) ? current.standing(replica).reason(ticker.nanos()) : "takes no reads";
    }

    // -- what became of reads

    /**
     * Notes an answer to a read: brings a replica back that was out, unless that was for being slow, as it still is.
     *
     * @param replica the replica
     * @param nanos how long it took
     */
    public void served(Replica replica, long nanos) {
        long now = ticker.nanos();
        replica.answered(nanos, now);
        Pace.Verdict verdict = pace.judge(replica, nanos, now);
        if (verdict == Pace.Verdict.TOO_SLOW) {
            eject(replica, Ejection.Cause.SLOW, "slow answers, the last of " + nanos / 1_000_000 + " ms");
        } else if (!view.get().undisturbed()) {
            boolean slow = verdict == Pace.Verdict.SLOW;
            back(replica, ejection -> slow && ejection.cause().isOfPace());
        }
    }

    /**
     * Notes a sign of life that is no answer to a read: brings a replica back that could not be reached.
     *
     * @param replica the replica
     */
    public void spoke(Replica replica) {
        replica.heard(ticker.nanos());
        if (!view.get().undisturbed()) {
            back(replica, ejection -> ejection.cause() != Ejection.Cause.UNREACHABLE);
        }
    }

    /**
     * Notes that a statement failed in the database, maybe by its own fault; not for {@linkplain
     * FailureClassifier#isOfCaller what the caller got wrong}.
     *
     * @param replica the replica
     */
    public void failed(Replica replica) {
        long now = ticker.nanos();
        replica.failed(now);
        long failures = replica.failures(now);
        if (failures < FAILED_AT_LEAST) {
            return;
        }
        long ofPeers = 0;
        long outcomesOfPeers = 0;
        for (Replica peer : view.get().in()) {
            if (peer != replica) {
                ofPeers += peer.failures(now);
                outcomesOfPeers += peer.failures(now) + peer.answers(now);
            }
        }
        double share = (double) failures / (failures + replica.answers(now));
        if (outcomesOfPeers >= OUTCOMES_AT_LEAST && share - (double) ofPeers / outcomesOfPeers > WORSE) {
            eject(
                    replica,
                    Ejection.Cause.FAILING,
                    "%.0f %% of its statements fail, %.0f %% of its peers'"
                            .formatted(100 * share, 100.0 * ofPeers / outcomesOfPeers));
        }
    }

    /**
     * Notes that a read was given up because the replica took too long: like three slow answers; but if nothing at all has
     * come from it since another one was given up it is out at once.
     *
     * @param replica the replica
     * @param nanos how long it was waited for
     */
    public void abandoned(Replica replica, long nanos) {
        long now = ticker.nanos();
        String why = "no answer within " + nanos / 1_000_000 + " ms";
        boolean several = replica.givenUp(nanos, now) > 1; // one may be a long query
        boolean longEnough = nanos >= Patience.LEAST; // a deadline may be as short as its caller likes
        if (several && longEnough && pace.isKnown(replica, now) && isAloneSilent(replica, nanos / 2, now)) {
            eject(replica, Ejection.Cause.SILENT, why);
        } else if (pace.abandoned(replica, now)) {
            eject(replica, Ejection.Cause.SLOW, why);
        }
    }

    /** Whether nothing at all has come from it for so long, while most of the others have spoken. */
    private boolean isAloneSilent(Replica replica, long nanos, long now) {
        int others = 0;
        int heard = 0;
        for (Replica other : view.get().in()) {
            if (other != replica) {
                others++;
                heard += other.silence(now) < nanos ? 1 : 0;
            }
        }
        return replica.silence(now) >= nanos && heard > 0 && 2 * heard >= others;
    }

    /**
     * Notes that a replica could not be reached, or was lost.
     *
     * @param replica the replica
     * @param entered whether a connection was there, and was lost; that alone does not put out the last ones
     * @param why in words
     */
    public void unreachable(Replica replica, boolean entered, String why) {
        if (!entered || canSpare(replica)) {
            eject(replica, Ejection.Cause.UNREACHABLE, why);
        }
    }

    private boolean canSpare(Replica replica) {
        HealthView current = view.get();
        long others = current.in().stream().filter(other -> other != replica).count();
        return !replica.isEndpoint() && others >= current.limits().minServing();
    }

    // -- what the monitor sees

    /**
     * Notes that a replica does not answer the monitor either: no read is spent on a probe, for 30 seconds at most.
     *
     * @param replica the replica
     * @param why in words
     */
    public void lost(Replica replica, String why) {
        eject(replica, Ejection.Cause.UNREACHABLE, why);
        Ejection ejection = view.get().standing(replica).ejection();
        if (ejection != null) {
            ejection.hold(ticker.nanos() + LONGEST.toNanos());
        }
    }

    /**
     * Notes that a replica answers the monitor: if it could not be reached the next read may probe it, so that the return
     * of one that was away for long, or that comes and goes, takes no longer than that of another.
     *
     * @param replica the replica
     */
    public void found(Replica replica) {
        long now = ticker.nanos();
        replica.heard(now);
        HealthView current = view.get();
        if (!current.standing(replica).sampled()) {
            view.updateAndGet(before -> before.with(replica, standing -> standing.seen(true)));
        }
        Ejection ejection = current.standing(replica).ejection();
        if (ejection != null && ejection.cause() == Ejection.Cause.UNREACHABLE) {
            ejection.hold(now);
        }
    }

    /**
     * Notes how far behind a replica is.
     *
     * @param replica the replica
     * @param nanos how old its data can be at most; empty if that is not known
     */
    public void lag(Replica replica, OptionalLong nanos) {
        HealthView current = view.get();
        Standing known = current.standing(replica);
        long lag = nanos.orElse(Long.MAX_VALUE);
        boolean matters = current.limits().lag() != Long.MAX_VALUE
                && (current.limits().isLate(lag) || current.limits().isLate(known.lag()));
        if (known.lag() != lag && matters) {
            change(replica, standing -> standing.lagging(lag), lag == Long.MAX_VALUE ? "lags unknown" : "lags");
        }
    }

    /**
     * Notes that a replica answers the monitor, but tells it nothing: as if nobody sampled it, until it is found again.
     *
     * @param replica the replica
     */
    public void untold(Replica replica) {
        if (view.get().standing(replica).sampled()) {
            view.updateAndGet(before -> before.with(replica, standing -> standing.seen(false)));
        }
    }

    /**
     * Notes what speaks against reading a replica at all, such as that it is of another cluster.
     *
     * @param replica the replica
     * @param why in words; empty if nothing speaks against it any more
     */
    public void objection(Replica replica, String why) {
        List<Replica> before = view.get().in();
        List<Replica> after = view.updateAndGet(current -> current.with(replica, standing -> standing.objectedTo(why)))
                .in();
        if (!before.equals(after)) {
            watcher.run();
        }
    }

    /**
     * Tells what speaks against reading a replica at all.
     *
     * @param replica the replica
     * @return the reason in words; empty if there is none
     */
    public String objection(Replica replica) {
        return view.get().standing(replica).objection();
    }

    // -- what the operator wants

    /**
     * Sets who is there; those who stay keep their state, new ones begin with a small share of the reads.
     *
     * @param readers the replicas that take reads, in their order
     */
    public void members(List<Replica> readers) {
        long now = ticker.nanos();
        view.updateAndGet(before -> before.members(readers, now));
        watcher.run();
    }

    /**
     * Takes a replica out of the reads, except those that name it, until it is {@linkplain #unban(Replica) unbanned}.
     *
     * @param replica the replica
     */
    public void ban(Replica replica) {
        change(replica, standing -> standing.banned(true), "banned");
    }

    /**
     * Ends a ban.
     *
     * @param replica the replica
     */
    public void unban(Replica replica) {
        change(replica, standing -> standing.banned(false), "unbanned");
    }

    /**
     * Sets how many replicas stay in whatever their pace, their failing statements and their lag, if they can be reached.
     *
     * @param hosts 0 or more
     */
    public void minServing(int hosts) {
        if (hosts < 0) {
            throw new IllegalArgumentException("minServing: " + hosts + " (expected: >= 0)");
        }
        view.updateAndGet(before -> before.limited(before.limits().minServing(hosts)));
        watcher.run();
    }

    /**
     * Sets how far behind a replica may be to take any reads, whatever they ask for.
     *
     * @param limit the longest lag, at least three seconds, since an idle monitor knows no better than to two or so; null
     *     for no limit, the default
     */
    public void lagLimit(@Nullable Duration limit) {
        if (limit != null && limit.compareTo(Duration.ofSeconds(3)) < 0) {
            throw new IllegalArgumentException("lagLimit: " + limit + " (expected: >= 3 s)");
        }
        view.updateAndGet(before -> before.limited(before.limits().lag(limit)));
        watcher.run();
    }

    // -- changes

    private void eject(Replica replica, Ejection.Cause cause, String why) {
        long now = ticker.nanos();
        change(replica, standing -> standing.ejected(cause, why, now, random), why);
        pace.forget(replica);
    }

    private void back(Replica replica, Predicate<Ejection> stays) {
        Ejection ejection = view.get().standing(replica).ejection();
        if (ejection == null || stays.test(ejection)) {
            return;
        }
        replica.forget(); // what it was like before tells nothing of what it is now
        long now = ticker.nanos();
        change(replica, standing -> standing.ejection() == ejection ? standing.returned(now) : standing, "answers");
    }

    private void change(Replica replica, UnaryOperator<Standing> change, String why) {
        HealthView before = view.getAndUpdate(current -> current.with(replica, change));
        HealthView after = before.with(replica, change);
        boolean was = before.in().contains(replica);
        boolean is = after.in().contains(replica);
        if (was && !is) {
            LOG.warn("replica {} takes no more reads: {}; {} left", replica, why, after.in());
        } else if (!was && is) {
            LOG.info("replica {} takes reads: {}", replica, why);
        }
        if (!before.in().equals(after.in())) {
            watcher.run();
        }
    }
}
