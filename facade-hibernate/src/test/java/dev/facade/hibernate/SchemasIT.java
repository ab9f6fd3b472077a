package dev.facade.hibernate;

import static dev.facade.query.Expression.field;
import static dev.facade.query.Query.from;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facade.EntityRepository;
import dev.facade.FacadeRepository;
import dev.facade.Multi;
import dev.facade.changeset.Changeset;
import dev.facade.option.Lock;
import dev.facade.option.Schema;
import dev.facade.option.Target;
import dev.facade.query.Change;
import dev.facade.query.OnConflict;
import dev.facade.query.Page;
import dev.facade.query.Preload;
import dev.facade.spi.TransactionHost;
import dev.facade.test.H2Node;
import dev.facade.test.PostgresCluster;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** A schema as a place to work in: every operation of a view works there, and nothing of it leaves its schema. */
class SchemasIT {

    private static final String HERE = "TenantA"; // one of the two differs from the other by its case alone

    private static final String LIKE_IT = "tenanta";

    /** An entity whose mapping names its schema. */
    @Entity
    @Table(name = "plan", schema = "shared")
    static class Plan {

        @Id
        String name;

        protected Plan() {}

        Plan(String name) {
            this.name = name;
        }
    }

    private record Hosted(EntityManager entityManager) implements TransactionHost.HostedTransaction {

        @Override
        public boolean isReadOnly() {
            return false;
        }

        @Override
        public void setRollbackOnly() {
            entityManager.getTransaction().setRollbackOnly();
        }
    }

    private static List<String> ddl(String schema) {
        String in = "\"" + schema + "\".";
        return List.of(
                "drop schema if exists \"" + schema + "\" cascade",
                "create schema \"" + schema + "\"",
                "create table " + in + "author (name varchar(255) primary key, country varchar(255))",
                "create table " + in + "post (id bigint primary key, version integer, title varchar(255) unique,"
                        + " likes integer not null, author_name varchar(255))",
                "create table " + in + "comment (id bigint primary key, text varchar(255), post_id bigint)",
                "create sequence " + in + "post_seq start with 1 increment by 50",
                "create sequence " + in + "comment_seq start with 1 increment by 50");
    }

    @TestInstance(Lifecycle.PER_CLASS)
    abstract static class OnAnyDatabase {

        FacadeRepository repo;
        FacadeRepository tenant;

        abstract HibernateFacade facade();

        abstract Connection connect() throws SQLException;

        @BeforeAll
        void build() throws SQLException {
            repo = facade().build();
            tenant = repo.inSchema(HERE);
            for (String schema : List.of(HERE, LIKE_IT)) {
                execute(ddl(schema));
            }
        }

        @BeforeEach
        void empty() {
            for (FacadeRepository each : List.of(repo, tenant, repo.inSchema(LIKE_IT))) {
                each.deleteAll(Comment.class);
                each.deleteAll(Post.class);
                each.deleteAll(Author.class);
            }
        }

        private void execute(List<String> statements) throws SQLException {
            try (Connection connection = connect();
                    Statement statement = connection.createStatement()) {
                for (String sql : statements) {
                    statement.execute(sql);
                }
            }
        }

        @AfterAll
        void close() {
            repo.close();
        }

        /** What is in the default schema, which the tests put there. */
        private List<String> titles() {
            return repo.all(from(Post.class).orderBy(field("title").asc())).stream()
                    .map(post -> post.title)
                    .toList();
        }

        // -- every operation

        @Test
        void t60EveryOperationOfAViewWorksInItsSchema() {
            repo.insert(new Post("default", 7));
            Post post = tenant.insert(new Post("a").with("first"));
            assertThat(tenant.insertAll(List.of(new Post("b"), new Post("c")))).isEqualTo(2);
            assertThat(tenant.insertAll(Author.class, List.of(Map.of("name", "ann", "country", "NL"))))
                    .isEqualTo(1);
            assertThat(tenant.insertAllReturning(Author.class, List.of(Map.of("name", "bob"))))
                    .hasSize(1);
            assertThat(tenant.insertAll(
                            Author.class,
                            from(Author.class)
                                    .where("name", "ann")
                                    .selectMap(
                                            field("name").as("country"),
                                            field("country").as("name"))))
                    .isEqualTo(1);
            assertThat(tenant.all(Author.class))
                    .extracting(author -> author.name)
                    .containsExactlyInAnyOrder("ann", "bob", "NL");
            tenant.insert(new Author("ann", "BE"), OnConflict.replace("country").target("name"));
            assertThat(tenant.getOrThrow(Author.class, "ann").country).isEqualTo("BE");

            assertThat(tenant.getOrThrow(Post.class, post.id).title).isEqualTo("a");
            assertThat(tenant.getBy(Post.class, "title", "default")).isEmpty();
            assertThat(tenant.exists(from(Post.class).where("title", "a"))).isTrue();
            assertThat(tenant.count(Post.class)).isEqualTo(3);
            assertThat(tenant.page(from(Post.class), Page.Request.first(2)).rows())
                    .hasSize(2);
            try (Stream<Post> posts = tenant.stream(Post.class)) {
                assertThat(posts).hasSize(3);
            }
            assertThat(tenant.reloadOrThrow(post).title).isEqualTo("a");
            assertThat(tenant.reloadOrThrow(List.of(post))).hasSize(1);
            Post read = tenant.getOrThrow(Post.class, post.id);
            assertThat(tenant.preload(read, Preload.of("comments")).comments).hasSize(1);
            assertThat(tenant.getOrThrow(Post.class, post.id, Preload.of("comments")).comments)
                    .hasSize(1);
            assertThat(tenant.getOrThrow(Post.class, post.id, Lock.pessimisticWrite()).title)
                    .isEqualTo("a");
            assertThat(tenant.getOrThrow(Post.class, post.id, Target.master()).title)
                    .isEqualTo("a");
            assertThat(tenant.sql().query("select title from post").rows()).hasSize(3);
            assertThat(tenant.<Object>withEntityManager(
                            Target.master(),
                            em -> em.createNativeQuery("select count(*) from post")
                                    .getSingleResult()))
                    .isEqualTo(3L);
            assertThat(new EntityRepository<Post, Long>(tenant, Post.class) {}.count())
                    .isEqualTo(3);
            assertThat(tenant.readOnly().count(Post.class)).isEqualTo(3);
            assertThat(repo.readOnly().inSchema(HERE).count(Post.class)).isEqualTo(3);
            assertThat(tenant.readOnlyTransaction(() -> tenant.count(Post.class)))
                    .isEqualTo(3);
            assertThat(tenant.<Long, RuntimeException>checkout(() -> tenant.count(Post.class)))
                    .isEqualTo(3);
            assertThat(repo.<Long, RuntimeException>using(tenant, () -> repo.count(Post.class)))
                    .isEqualTo(3);

            read.title = "aa";
            Post updated = tenant.update(read);
            assertThat(updated.title).isEqualTo("aa");
            Post changed = tenant.updateOrThrow(Changeset.change(updated, Map.of("likes", 5)));
            assertThat(tenant.getOrThrow(Post.class, post.id).likes).isEqualTo(5);
            assertThat(tenant.insertOrThrow(Changeset.change(new Post("d"))).id).isNotNull();
            assertThat(tenant.updateAll(Post.class, Change.inc("likes", 1))).isEqualTo(4);
            assertThat(tenant.updateAllReturning(from(Post.class), Change.inc("likes", 1)))
                    .hasSize(4);
            tenant.delete(tenant.getByOrThrow(Post.class, Map.of("title", "b")));
            assertThat(tenant.deleteAll(from(Post.class).where("title", "c"))).isEqualTo(1);
            assertThat(tenant.deleteAllReturning(from(Post.class).where("title", "d")))
                    .hasSize(1);
            assertThat(tenant.all(Post.class)).extracting(one -> one.title).containsExactly("aa");
            assertThat(changed.id).isEqualTo(post.id);

            assertThat(titles()).containsExactly("default");
            assertThat(repo.count(Author.class) + repo.count(Comment.class)).isZero();
            assertThat(repo.getByOrThrow(Post.class, Map.of("title", "default")).likes)
                    .isEqualTo(7);
        }

        @Test
        void t60TransactionsAndMultisWorkInTheSchemaAndRollBackThere() {
            tenant.transaction(() -> {
                tenant.insert(new Post("a"));
                repo.insert(new Post("by who knows no schema")); // it is part of the transaction
                assertThat(tenant.count(Post.class)).isEqualTo(2);
            });
            assertThat(tenant.transact(Multi.create()
                                    .insert("post", new Post("b"))
                                    .run("count", (it, results) -> Multi.ok(it.count(Post.class))))
                            .isDone())
                    .isTrue();
            assertThatThrownBy(() -> tenant.transaction(() -> {
                        tenant.insert(new Post("c"));
                        throw new IllegalStateException("no");
                    }))
                    .hasMessage("no");
            assertThat(tenant.count(Post.class)).isEqualTo(3);
            assertThat(titles()).isEmpty();
        }

        @Test
        void t60KeysFromSequencesAreOfTheSchema() throws SQLException {
            execute(List.of(
                    "alter sequence \"" + HERE + "\".post_seq restart with 150001",
                    "alter sequence \"" + LIKE_IT + "\".post_seq restart with 250001"));
            try (FacadeRepository fresh = facade().build()) {
                for (int i = 0; i < 3; i++) { // of blocks that are kept in memory
                    assertThat(fresh.inSchema(HERE).insert(new Post("a" + i)).id / 100_000)
                            .isEqualTo(1);
                    assertThat(fresh.inSchema(LIKE_IT).insert(new Post("a" + i)).id / 100_000)
                            .isEqualTo(2);
                    assertThat(fresh.insert(new Post("a" + i)).id).isLessThan(99_900);
                }
            }
        }

        // -- an entity stays where it is from

        @Test
        void t60AnEntityOfASchemaIsRefusedByWhoWorksElsewhere() {
            Author before = repo.insert(new Author("a", "default"));
            Author there = repo.insert(new Author("a", "there"), Schema.of(HERE));
            refused(() -> repo.update(there));
            refused(() -> repo.updateOrThrow(Changeset.change(there, Map.of("country", "x"))));
            refused(() -> repo.delete(there));
            refused(() -> repo.delete(Changeset.change(there)));
            refused(() -> repo.insert(there));
            refused(() -> repo.insertAll(List.of(there)));
            refused(() -> repo.insertAll(Author.class, List.of(there)));
            refused(() -> repo.insertOrUpdate(there));
            refused(() -> repo.insertOrUpdate(Changeset.change(there)));
            refused(() -> repo.reload(there));
            refused(() -> repo.reload(List.of(there)));
            refused(() -> repo.inSchema(LIKE_IT).update(there));
            refused(() -> repo.update(tenant.getOrThrow(Author.class, "a")));
            refused(() -> repo.update(tenant.all(Author.class).get(0)));
            refused(() -> repo.update(tenant.update(there)));
            Author changed = tenant.updateOrThrow(Changeset.change(there, Map.of("country", "y")));
            refused(() -> repo.update(changed));
            Post post = tenant.insert(new Post("p").by(there).with("c"));
            refused(() -> repo.preload(post, Preload.of("comments")));
            refused(() -> repo.update(post.comments.get(0)));
            refused(() -> repo.update(tenant.getOrThrow(Post.class, post.id, Preload.of("comments"))
                    .comments
                    .get(0)));
            assertThat(repo.reloadOrThrow(before).country).isEqualTo("default");
            assertThat(tenant.reloadOrThrow(there).country).isEqualTo("y");
            assertThat(tenant.update(there).country).isEqualTo("there");
        }

        private void refused(org.assertj.core.api.ThrowableAssert.ThrowingCallable write) {
            assertThatIllegalArgumentException()
                    .isThrownBy(write)
                    .withMessageContaining("of schema " + HERE)
                    .withMessageContaining("inSchema(\"" + HERE + "\")");
        }

        // -- names

        @Test
        void t83ANameIsTakenExactly() {
            tenant.insert(new Post("here"));
            FacadeRepository other = repo.inSchema(LIKE_IT);
            assertThat(other.count(Post.class)).isZero();
            assertThat(other.deleteAll(Post.class)).isZero();
            Locale before = Locale.getDefault();
            Locale.setDefault(Locale.forLanguageTag("tr"));
            try {
                assertThat(tenant.count(Post.class)).isEqualTo(1);
                assertThat(repo.count(Post.class, Schema.of(LIKE_IT))).isZero();
            } finally {
                Locale.setDefault(before);
            }
            for (String unknown : List.of("TENANTA", "tenantA", "nowhere")) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> repo.inSchema(unknown).count(Post.class))
                        .withMessageContaining(unknown)
                        .withMessageContaining("expected: one that the database has");
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> repo.inSchema(unknown).insert(new Post("lost")))
                        .withMessageContaining(unknown);
            }
            assertThatIllegalArgumentException().isThrownBy(() -> repo.inSchema("a\"; drop table post"));
            assertThat(titles()).isEmpty();
            assertThat(tenant.count(Post.class)).isEqualTo(1);
        }

        // -- one place at a time

        @Test
        void t60ASecondSchemaIsRefusedWithNames() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> tenant.inSchema(LIKE_IT))
                    .withMessageContaining(HERE)
                    .withMessageContaining(LIKE_IT);
            assertThat(tenant.inSchema(HERE)).isSameAs(tenant);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> tenant.count(Post.class, Schema.of(LIKE_IT)))
                    .withMessageContaining(HERE);
            assertThat(tenant.count(Post.class, Schema.of(HERE))).isZero();
            assertThatIllegalStateException()
                    .isThrownBy(() -> repo.transaction(() -> tenant.insert(new Post("a"))))
                    .withMessageContaining("inside a transaction in no schema");
            assertThatIllegalStateException()
                    .isThrownBy(() ->
                            tenant.transaction(() -> repo.inSchema(LIKE_IT).insert(new Post("a"))))
                    .withMessageContaining("inside a transaction in schema " + HERE);
            assertThatIllegalStateException()
                    .isThrownBy(() -> repo.checkout(() -> tenant.count(Post.class)))
                    .withMessageContaining("inside a checkout in no schema");
            assertThat(tenant.count(Post.class)).isZero();
        }

        @Test
        void t60ADefaultOptionIsHeededByReadsWritesAndTransactions() {
            try (FacadeRepository by = facade().defaultOptions(operation -> List.of(Schema.of(HERE)))
                    .build()) {
                Post post = by.insert(new Post("a"));
                assertThat(by.count(Post.class)).isEqualTo(1);
                by.transaction(() -> {
                    by.insert(new Post("b"));
                    assertThat(by.all(Post.class)).hasSize(2);
                });
                by.update(post);
                assertThat(by.readOnlyTransaction(() -> by.count(Post.class))).isEqualTo(2);
            }
            assertThat(titles()).isEmpty();
            assertThat(tenant.count(Post.class)).isEqualTo(2);
        }

        @Test
        void t60AHostsTransactionIsInNoSchema() {
            EntityManagerFactory[] factory = new EntityManagerFactory[1];
            EntityManager[] current = new EntityManager[1];
            TransactionHost host = asked -> {
                factory[0] = asked;
                return current[0] == null ? null : new Hosted(current[0]);
            };
            try (FacadeRepository hosted = facade().transactionHost(host).build()) {
                hosted.count(Post.class);
                try (EntityManager em = factory[0].createEntityManager()) {
                    em.getTransaction().begin();
                    current[0] = em;
                    assertThatIllegalStateException()
                            .isThrownBy(() -> hosted.inSchema(HERE).insert(new Post("a")))
                            .withMessageContaining("inside a transaction in no schema");
                    em.getTransaction().rollback();
                }
            }
        }
    }

    @Nested
    class OnH2 extends OnAnyDatabase {

        private final H2Node master = Blog.h2("master");

        @Override
        HibernateFacade facade() {
            return Blog.onH2(master);
        }

        @Override
        Connection connect() throws SQLException {
            return master.connect();
        }

        @AfterAll
        void stop() {
            master.close();
        }
    }

    @Nested
    class OnPostgres extends OnAnyDatabase {

        private final PostgresCluster cluster = Blog.postgres();

        @Override
        HibernateFacade facade() {
            return Blog.onPostgres();
        }

        @Override
        Connection connect() throws SQLException {
            return cluster.master().connect();
        }

        @Test
        void t79TheSearchPathIsLeftAsItWas() throws SQLException {
            try (Connection connection = connect();
                    Statement statement = connection.createStatement()) {
                statement.execute("create schema if not exists ext");
                statement.execute("create table if not exists ext.kid (id bigint)");
                statement.execute("alter role " + cluster.master().user() + " set search_path = public, ext");
                cluster.awaitCaughtUp();
                try (FacadeRepository fresh = Blog.onPostgresWithReplicas().build()) {
                    FacadeRepository there = fresh.inSchema(HERE);
                    for (int i = 0; i < 12; i++) {
                        assertThat(there.count(Post.class)).isEqualTo(i);
                        there.insert(new Post("p" + i));
                        fresh.count(Post.class, Schema.of(LIKE_IT));
                        assertThatIllegalArgumentException()
                                .isThrownBy(() -> fresh.count(Post.class, Schema.of("nowhere")));
                    }
                    for (Target target : List.of(Target.master(), Target.replica(), Target.replica())) {
                        assertThat(fresh.sql().query("show search_path", target).rows())
                                .containsExactly(List.of("public, ext"));
                        assertThat(fresh.sql()
                                        .query("select * from kid", target)
                                        .rows())
                                .isEmpty();
                    }
                } finally {
                    statement.execute("alter role " + cluster.master().user() + " reset search_path");
                }
            }
        }

        @Test
        void t60AMappingsOwnSchemaStaysAndAnOptionAgainstItIsRefused() throws SQLException {
            try (Connection connection = connect();
                    Statement statement = connection.createStatement();
                    FacadeRepository planned = facade().entities(Post.class, Comment.class, Author.class, Plan.class)
                            .build()) {
                statement.execute("create schema if not exists shared");
                statement.execute("create table if not exists shared.plan (name varchar(255) primary key)");
                statement.execute("delete from shared.plan");
                FacadeRepository there = planned.inSchema(HERE);
                assertThatThrownBy(() -> planned.insert(new Plan("gold"), Schema.of(HERE)))
                        .isInstanceOf(UnsupportedOperationException.class)
                        .hasMessageContaining("Plan")
                        .hasMessageContaining("shared");
                Plan gold = there.insert(new Plan("gold"));
                assertThat(planned.count(Plan.class)).isEqualTo(1);
                assertThat(planned.reloadOrThrow(gold).name).isEqualTo("gold");
                planned.delete(there.getOrThrow(Plan.class, "gold"));
            }
        }

        @Test
        void t60AFactoryThatNamesItsSchemaInEachStatementIsRefused() {
            try (FacadeRepository named =
                    facade().hibernate("hibernate.default_schema", "public").build()) {
                assertThatThrownBy(() -> named.inSchema(HERE).insert(new Post("a")))
                        .isInstanceOf(UnsupportedOperationException.class)
                        .hasMessageContaining("hibernate.default_schema");
            }
        }
    }
}
