package dev.facade.cluster;

import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The last global transaction of each replication domain; see "Global Transaction ID" of MariaDB's manual.
 *
 * <p>Within a domain a server counts its transactions upwards, and whoever has one of them has all before it, those of
 * other servers too. So two transactions of one server are compared by their numbers. Those of two servers are not: after
 * a failover that has lost commits a replica may hold a number of the old master that is higher than the new master's,
 * and still lack all that the new one has written. That asks for a sample more after a failover, until the new master
 * has been heard.
 *
 * <p>A domain that is missing has nothing. Domains are written independently of each other, so of two positions of one
 * history neither may cover the other; their union does.
 */
record MariaDbPosition(NavigableMap<Long, Last> domains) implements Position {

    /** The last transaction of a domain: who has written it, and its number. */
    record Last(long server, long sequence) {

        Last later(Last other) {
            return Long.compareUnsigned(sequence, other.sequence) >= 0 ? this : other;
        }
    }

    /** So that a token stays a token; nobody has as many. */
    private static final int MOST_DOMAINS = 24;

    private static final String PREFIX = "maria";
    private static final Pattern GTID = Pattern.compile("([0-9]{1,10})-([0-9]{1,10})-([0-9]{1,20})");
    private static final Pattern TEXT = Pattern.compile(PREFIX + "((?:/[0-9a-f]{1,8}/[0-9a-f]{1,8}/[0-9a-f]{1,16})+)");

    MariaDbPosition {
        if (domains.isEmpty() || domains.size() > MOST_DOMAINS) {
            throw new IllegalArgumentException(
                    "gtids: of " + domains.size() + " domains (expected: 1 to " + MOST_DOMAINS + ")");
        }
    }

    static MariaDbPosition ofGtids(String gtids) {
        NavigableMap<Long, Last> domains = new TreeMap<>();
        for (String gtid : gtids.split(",", -1)) {
            Matcher matcher = GTID.matcher(gtid.strip());
            if (!matcher.matches()) {
                throw new IllegalArgumentException(
                        "gtids: '" + gtids + "' (expected: domain-server-sequence, with commas in between)");
            }
            try {
                add(domains, matcher, 10);
            } catch (NumberFormatException tooLarge) {
                throw new IllegalArgumentException(
                        "gtids: '" + gtids + "' (expected: 32, 32 and 64 bits of each)", tooLarge);
            }
        }
        return new MariaDbPosition(domains);
    }

    static @Nullable MariaDbPosition parse(String text) {
        Matcher whole = TEXT.matcher(text);
        if (!whole.matches()) {
            return null;
        }
        NavigableMap<Long, Last> domains = new TreeMap<>();
        Matcher each = Pattern.compile("/(\\w+)/(\\w+)/(\\w+)").matcher(whole.group(1));
        while (each.find()) {
            add(domains, each, 16);
        }
        return domains.size() > MOST_DOMAINS ? null : new MariaDbPosition(domains);
    }

    private static void add(NavigableMap<Long, Last> domains, Matcher gtid, int radix) {
        long domain = Integer.toUnsignedLong(Integer.parseUnsignedInt(gtid.group(1), radix));
        long server = Integer.toUnsignedLong(Integer.parseUnsignedInt(gtid.group(2), radix));
        Last last = new Last(server, Long.parseUnsignedLong(gtid.group(3), radix));
        domains.merge(domain, last, Last::later);
    }

    @Override
    public boolean covers(Position other) {
        return other instanceof MariaDbPosition position
                && position.domains.entrySet().stream().allMatch(domain -> covers(domain.getKey(), domain.getValue()));
    }

    private boolean covers(Long domain, Last other) {
        Last here = domains.get(domain);
        return here != null && here.server == other.server && here.later(other) == here;
    }

    /** If there is a domain in common, and no two servers have been the last in any. */
    @Override
    public boolean comparable(Position other) {
        if (!(other instanceof MariaDbPosition position)) {
            return false;
        }
        List<Long> common =
                domains.keySet().stream().filter(position.domains::containsKey).toList();
        return !common.isEmpty() && common.stream().allMatch(domain -> server(domain) == position.server(domain));
    }

    /**
     * Tells whether it has nothing of the other's domains; a server that follows another one has something of one of
     * them.
     */
    @Override
    public boolean isForeignTo(Position other) {
        return other instanceof MariaDbPosition position
                && domains.keySet().stream().noneMatch(position.domains::containsKey);
    }

    private long server(Long domain) {
        Last last = domains.get(domain);
        return last == null ? -1 : last.server;
    }

    @Override
    public Position merge(Position other) {
        if (!(other instanceof MariaDbPosition position) || !comparable(other)) {
            return Position.super.merge(other);
        }
        NavigableMap<Long, Last> union = new TreeMap<>(domains);
        position.domains.forEach((domain, last) -> union.merge(domain, last, Last::later));
        return new MariaDbPosition(union);
    }

    @Override
    public String text() {
        return domains.entrySet().stream()
                .flatMap(domain -> Stream.of(domain.getKey(), domain.getValue().server, domain.getValue().sequence))
                .map(Long::toHexString)
                .collect(Collectors.joining("/", PREFIX + "/", ""));
    }

    @Override
    public String toString() {
        return domains.entrySet().stream()
                .map(domain -> domain.getKey() + "-" + domain.getValue().server + "-"
                        + Long.toUnsignedString(domain.getValue().sequence))
                .collect(Collectors.joining(","));
    }
}
