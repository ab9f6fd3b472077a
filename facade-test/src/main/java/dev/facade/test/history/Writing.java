package dev.facade.test.history;

import dev.facade.FacadeRepository;
import dev.facade.option.Lock;
import dev.facade.query.Change;
import dev.facade.query.Jpql;
import dev.facade.query.Query;
import dev.facade.test.history.Registers.Register;
import jakarta.persistence.Table;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A way to count a register up; tells what it has become. */
enum Writing {
    /** In bulk, by a query. */
    BULK {
        @Override
        long count(FacadeRepository repo, Class<? extends Register> table, int row, Random random) {
            return repo.updateAllReturning(Query.from(table).where("id", row), Change.inc("version", 1L))
                    .get(0)
                    .version;
        }
    },
    /** In bulk, by JPQL. */
    JPQL {
        @Override
        long count(FacadeRepository repo, Class<? extends Register> table, int row, Random random) {
            Jpql.Statement statement = Jpql.statement(
                            "update " + table.getSimpleName() + " r set r.version = r.version + 1 where r.id = :id")
                    .with("id", row);
            return repo.transaction(() -> {
                repo.updateAll(statement);
                return repo.getOrThrow(table, row).version;
            });
        }
    },
    /** In the database's own language, which must know {@code UPDATE ... RETURNING}. */
    NATIVE {
        @Override
        long count(FacadeRepository repo, Class<? extends Register> table, int row, Random random) {
            String name =
                    Objects.requireNonNull(table.getAnnotation(Table.class)).name();
            String sql = "update " + name + " set version = version + 1 where id = :id returning version";
            return ((Number) repo.sql()
                            .query(sql, Map.of("id", row))
                            .rows()
                            .get(0)
                            .get(0))
                    .longValue();
        }
    },
    /** As an entity that is locked. */
    ENTITY {
        @Override
        long count(FacadeRepository repo, Class<? extends Register> table, int row, Random random) {
            return repo.transaction(() -> {
                Register locked = repo.getOrThrow(table, row, Lock.pessimisticWrite());
                locked.version++;
                return repo.update(locked).version;
            });
        }
    },
    /** As an entity, in a transaction that goes on for so long that the monitor looks at the master meanwhile. */
    SLOW {
        @Override
        long count(FacadeRepository repo, Class<? extends Register> table, int row, Random random) {
            return repo.transaction(() -> {
                long version = ENTITY.count(repo, table, row, random);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(60 + random.nextInt(120)));
                return version;
            });
        }
    };

    abstract long count(FacadeRepository repo, Class<? extends Register> table, int row, Random random);

    static List<Writing> all(boolean returning) {
        return Arrays.stream(values())
                .filter(writing -> returning || writing != NATIVE)
                .toList();
    }
}
