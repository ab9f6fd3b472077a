package dev.facade.test.history;

import dev.facade.FacadeRepository;
import dev.facade.consistency.Consistency;
import dev.facade.query.Jpql;
import dev.facade.query.Query;
import dev.facade.test.history.Registers.Amber;
import dev.facade.test.history.Registers.Audit;
import dev.facade.test.history.Registers.Joined;
import dev.facade.test.history.Registers.Register;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A way to read registers: tells their versions by their names. A register that is not there is in its first version. */
@FunctionalInterface
interface Reading {

    Map<String, Long> from(FacadeRepository repo, Consistency level);

    /** A row, and what it brings along. */
    static Reading row(Class<? extends Register> table, int row) {
        return (repo, level) -> {
            Map<String, Long> seen = new LinkedHashMap<>();
            seen.put(Registers.name(table, row), 0L);
            repo.get(table, row, level).ifPresent(register -> note(register, seen));
            return seen;
        };
    }

    /** All rows of a table, and what they bring along. */
    static Reading table(Class<? extends Register> table) {
        return (repo, level) -> {
            Map<String, Long> seen = new LinkedHashMap<>();
            for (int row = 0; row < Registers.ROWS; row++) {
                seen.put(Registers.name(table, row), 0L);
            }
            repo.all(table, level).forEach(register -> note(register, seen));
            return seen;
        };
    }

    /** One row of each of two tables that a query joins. */
    static Reading join(int row) {
        Jpql<Object[]> join = Jpql.of(
                        "select j.version, a.version from Joined j join Amber a on a.id = j.id where j.id = :id",
                        Object[].class)
                .with("id", row);
        return (repo, level) -> {
            List<Object[]> rows = repo.all(join, level);
            Object[] versions = rows.isEmpty() ? new Object[] {0L, 0L} : rows.get(0);
            return Map.of(
                    Registers.name(Joined.class, row), (Long) versions[0],
                    Registers.name(Amber.class, row), (Long) versions[1]);
        };
    }

    /** How many lines a session has written. */
    static Reading audit(int session) {
        Query<Audit> lines = Query.from(Audit.class).where("session", session);
        return (repo, level) -> Map.of(Registers.audit(session), repo.count(lines, level));
    }

    private static void note(Register register, Map<String, Long> seen) {
        seen.put(Registers.name(register.getClass().asSubclass(Register.class), register.id), register.version);
        if (register instanceof Joined joined && joined.amber != null) {
            note(joined.amber, seen);
        }
    }
}
