package dev.facade.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facade.FacadeRepository;
import dev.facade.consistency.Consistency;
import dev.facade.option.Target;
import dev.facade.test.PostgresNode;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a caller's own code sets on a connection does not meet the next user of it: each pool here has one. */
class ConnectionStateIT {

    private static final String STATE =
            "select coalesce(current_setting('app.tenant', true), ''), current_setting('statement_timeout'),"
                    + " current_setting('search_path'), current_setting('application_name'), session_user = current_user,"
                    + " (select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()),"
                    + " to_regclass('leftover') is null, current_setting('default_transaction_read_only')";

    private static final Target REPLICA = Target.replica("berlin");

    private static FacadeRepository repo;

    @BeforeAll
    static void open() {
        PostgresNode replica = Blog.postgres().replica("berlin");
        repo = Blog.onPostgres()
                .replica(replica.name(), replica.url())
                .masterPool(PoolSettings.forMaster().withMaxSize(1))
                .replicaPool(PoolSettings.forReplica().withMaxSize(1).withConnectionTimeout(Duration.ofSeconds(10)))
                .consistency(Consistency.eventual())
                .build();
    }

    @AfterAll
    static void close() {
        repo.close();
    }

    private static List<Object> state(Target target) {
        return repo.sql().query(STATE, target).rows().get(0);
    }

    @Test
    void t79WhatSqlOrABodyHasSetIsTakenBack() {
        List<Object> before = state(Target.master());
        assertThat(before).contains("facade-master", "off");
        for (String setting : List.of(
                "select set_config('app.tenant', 'a', false)",
                "set statement_timeout = 4711",
                "set search_path = nowhere",
                "set application_name = 'other'",
                "set role pg_monitor",
                "select pg_advisory_lock(4711)",
                "create temp table leftover (id bigint)",
                "do $$ begin perform set_config('app.tenant', 'b', false); end $$")) {
            repo.sql().query(setting);
            assertThat(state(Target.master())).as(setting).isEqualTo(before);
            repo.<Object>withEntityManager(
                    Target.master(),
                    em -> em.unwrap(org.hibernate.Session.class).doReturningWork(connection -> {
                        try (var statement = connection.createStatement()) {
                            return statement.execute(setting);
                        }
                    }));
            assertThat(state(Target.master())).as(setting).isEqualTo(before);
            repo.checkout(() -> repo.sql().query(setting));
            assertThat(state(Target.master())).as(setting).isEqualTo(before);
        }
        repo.transaction(() -> {
            repo.sql().query("select set_config('app.tenant', 'a', false)");
            assertThat(state(Target.master())).contains("a"); // it holds as long as the connection does
        });
        assertThat(state(Target.master())).isEqualTo(before);
        repo.insert(new Author("t79", "x"));
        repo.delete(repo.getOrThrow(Author.class, "t79", Target.master()));
    }

    /** The driver lifts it within a transaction, which it begins as a read-only one. */
    private static Object readOnlyOutsideOfTransactions() {
        return repo.withEntityManager(REPLICA, em -> {
            em.getTransaction().rollback();
            return em.createNativeQuery("select current_setting('default_transaction_read_only')")
                    .getSingleResult();
        });
    }

    @Test
    void t79AReadersConnectionIsReadOnlyAgain() {
        List<Object> before = state(REPLICA);
        assertThat(before).contains("facade-berlin");
        assertThat(readOnlyOutsideOfTransactions()).isEqualTo("on");
        repo.sql().query("select set_config('app.tenant', 'a', false), pg_advisory_lock(4711)", REPLICA);
        assertThat(state(REPLICA)).isEqualTo(before);
        repo.<Object>withEntityManager(REPLICA, em -> {
            em.createNativeQuery("select set_config('app.tenant', 'a', false)").getSingleResult();
            em.createNativeQuery("select set_config('default_transaction_read_only', 'off', false)")
                    .getSingleResult();
            em.getTransaction().commit(); // its own affair
            return true;
        });
        assertThat(readOnlyOutsideOfTransactions()).isEqualTo("on");
        assertThat(state(REPLICA)).isEqualTo(before);
    }

    @Test
    void t79AProgramsPreparationIsTakenBack() {
        try (FacadeRepository prepared = Blog.onPostgres()
                .masterPool(PoolSettings.forMaster().withMaxSize(1))
                .prepareTransaction(em -> em.createNativeQuery("select set_config('app.tenant', 'a', false)")
                        .getSingleResult())
                .build()) {
            prepared.insert(new Author("t79", "x"));
            prepared.delete(prepared.getOrThrow(Author.class, "t79"));
            assertThat(prepared.readOnlyTransaction(() -> prepared.sql()
                            .query("select current_setting('app.tenant', true)", Target.master())
                            .rows()
                            .get(0)
                            .get(0)))
                    .isIn(null, "");
        }
    }
}
