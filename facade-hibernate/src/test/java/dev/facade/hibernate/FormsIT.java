package dev.facade.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.facade.FacadeRepository;
import dev.facade.changeset.Changeset;
import dev.facade.changeset.FieldError;
import dev.facade.changeset.Result;
import dev.facade.option.WriteOption;
import dev.facade.query.Change;
import dev.facade.query.Expression;
import dev.facade.query.Preload;
import dev.facade.query.Query;
import dev.facade.test.H2Node;
import dev.facade.test.PostgresNode;
import jakarta.persistence.CascadeType;
import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Lob;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.NoResultException;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OptimisticLockException;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What a form sends meets what is stored, on each database. */
class FormsIT {

    @Entity(name = "Product")
    @Table(name = "form_product")
    static class Product {
        @Id
        @GeneratedValue(strategy = GenerationType.SEQUENCE)
        Long id;

        @Version
        int version;

        @Column(length = 10)
        String name;

        @Lob
        String text;

        long views;
        double price;
        BigDecimal weight;
        Long lock;

        @Embedded
        Maker maker;

        @OneToMany(mappedBy = "product", cascade = CascadeType.ALL)
        List<Part> parts = new ArrayList<>();

        Product() {}

        Product(String name) {
            this.name = name;
        }
    }

    @Embeddable
    static class Maker {
        @Column(name = "maker_town", length = 5)
        String town;
    }

    @Entity(name = "Part")
    @Table(name = "form_part")
    static class Part {
        @Id
        @GeneratedValue(strategy = GenerationType.SEQUENCE)
        Long id;

        @Version
        int version;

        @Column(length = 5)
        String label;

        @ManyToOne
        Product product;

        Part() {}

        Part(String label, Product product) {
            this.label = label;
            this.product = product;
        }
    }

    private static final Class<?>[] ENTITIES = {Product.class, Part.class};

    private static H2Node node;
    private static FacadeRepository onH2;
    private static FacadeRepository onPostgres;

    @BeforeAll
    static void start() {
        node = H2Node.named("forms");
        onH2 = HibernateFacade.builder()
                .master(node.url())
                .credentials(node.user(), node.password())
                .entities(ENTITIES)
                .hibernate("hibernate.hbm2ddl.auto", "create")
                .build();
        PostgresNode master = Blog.postgres().master();
        onPostgres = HibernateFacade.builder()
                .master(master.url())
                .credentials(master.user(), master.password())
                .entities(ENTITIES)
                .hibernate("hibernate.hbm2ddl.auto", "create")
                .build();
    }

    @AfterAll
    static void stop() {
        onH2.close();
        onPostgres.close();
        node.close();
    }

    abstract static class Cases {

        private final FacadeRepository repo;
        private Product product;

        Cases(FacadeRepository repo) {
            this.repo = repo;
        }

        @BeforeEach
        void insert() {
            Product fresh = new Product("first");
            fresh.lock = 1L;
            fresh.weight = new BigDecimal("10.00");
            fresh.price = 10;
            fresh.maker = new Maker();
            fresh.parts.add(new Part("a", fresh));
            repo.insert(fresh);
            product = fresh;
        }

        private Product stored() {
            return repo.getOrThrow(Product.class, product.id, Preload.of("parts"));
        }

        // -- versions

        @Test
        void theMeanOfDecimalsIsOne() {
            for (String weight : List.of("12345678901234567.11", "12345678901234567.12")) {
                Product heavy = new Product("heavy");
                heavy.weight = new BigDecimal(weight);
                repo.insert(heavy);
            }
            assertThat(repo.aggregate(
                            Query.from(Product.class).where("name", "heavy"),
                            Expression.field("weight").avgDecimal()))
                    .hasValueSatisfying(mean -> assertThat(mean).isEqualByComparingTo("12345678901234567.115"));
            assertThat(repo.aggregate(
                            Query.from(Product.class).where("name", "none"),
                            Expression.field("weight").avgDecimal()))
                    .isEmpty();
        }

        @Test
        void t65AFormOfAnOldVersionIsStaleAndChangesNothing() {
            repo.update(Changeset.change(product, Map.of("name", "theirs"))).orElseThrow();
            Product current = stored();
            assertThat(current.version).isEqualTo(1);
            Changeset<Product> form =
                    Changeset.cast(current, Map.of("name", "mine", "version", "0"), "name", "version");
            assertThatExceptionOfType(OptimisticLockException.class).isThrownBy(() -> repo.update(form));
            assertThat(errors(repo.update(form, WriteOption.staleError("name"))))
                    .containsExactly("name is stale");
            assertThat(repo.update(form, WriteOption.allowStale()).orElseThrow().name)
                    .isEqualTo("theirs");
            assertThatExceptionOfType(OptimisticLockException.class)
                    .isThrownBy(() -> repo.delete(Changeset.cast(current, Map.of("version", "0"), "version")));
            assertThat(stored().name).isEqualTo("theirs");
            assertThat(stored().version).isEqualTo(1);
        }

        @Test
        void t65AFormOfTheRowsVersionIsWrittenEvenIfTheEntityIsAnOldOne() {
            Product old = stored();
            repo.update(Changeset.change(product, Map.of("name", "theirs"))).orElseThrow();
            Product written = repo.update(
                            Changeset.cast(old, Map.of("name", "first", "version", "1"), "name", "version"))
                    .orElseThrow();
            assertThat(written.version).isEqualTo(2);
            assertThat(stored().name).isEqualTo("first");
            assertThat(stored().version).isEqualTo(2);
        }

        @Test
        void t65SoIsAFormWithinAForm() {
            Product current = stored();
            Part part = current.parts.get(0);
            repo.update(Changeset.change(part, Map.of("label", "b"))).orElseThrow();
            Product again = stored();
            Map<String, String> inner = Map.of("id", part.id.toString(), "label", "c", "version", "0");
            Changeset<Product> form = Changeset.cast(again, Map.of("parts", List.of(inner)))
                    .<Part>castAssoc("parts", (child, params) -> Changeset.cast(child, params, "label", "version"));
            assertThatExceptionOfType(OptimisticLockException.class).isThrownBy(() -> repo.update(form));
            assertThat(stored().parts.get(0).label).isEqualTo("b");
        }

        @Test
        void t65SoIsTheLockOfAForm() {
            repo.update(Changeset.change(product, Map.of("name", "theirs")).optimisticLock("lock"))
                    .orElseThrow();
            Changeset<Product> form = Changeset.cast(stored(), Map.of("name", "mine", "lock", "1"), "name", "lock")
                    .optimisticLock("lock");
            assertThatExceptionOfType(OptimisticLockException.class).isThrownBy(() -> repo.update(form));
            assertThat(stored().name).isEqualTo("theirs");
            assertThat(stored().lock).isEqualTo(2);
            repo.update(Changeset.cast(stored(), Map.of("name", "mine", "lock", "2"), "name", "lock")
                            .optimisticLock("lock"))
                    .orElseThrow();
            assertThat(stored().lock).isEqualTo(3);
        }

        @Test
        void aSecondUpdateOfTheSameInstanceIsToldWhatItMayBe() {
            product.name = "second";
            Product written = repo.update(product);
            product.name = "third";
            assertThatExceptionOfType(OptimisticLockException.class)
                    .isThrownBy(() -> repo.update(product))
                    .withMessageContaining("has version 1, this instance 0")
                    .withMessageContaining("by a write here whose returned entity was not taken");
            written.name = "third";
            assertThat(repo.update(written).version).isEqualTo(2);
        }

        @Test
        void t65ABulkUpdateCountsVersionsAsAnUpdateDoes() {
            assertThat(repo.updateAll(Query.from(Product.class).where("id", product.id), Change.set("name", "bulk")))
                    .isOne();
            assertThat(stored().version).isEqualTo(1);
            product.name = "mine";
            assertThatExceptionOfType(OptimisticLockException.class).isThrownBy(() -> repo.update(product));
            List<Product> after =
                    repo.updateAllReturning(Query.from(Product.class).where("id", product.id), Change.inc("views", 1));
            assertThat(after)
                    .singleElement()
                    .satisfies(one -> assertThat(one.version).isEqualTo(2));
            assertThatIllegalArgumentException()
                    .isThrownBy(() ->
                            repo.updateAll(Query.from(Product.class).where("id", product.id), Change.set("version", 7)))
                    .withMessageContaining("version")
                    .withMessageContaining("(expected: ");
        }

        @Test
        void whatHangsOnANewEntityIsInsertedWithItAndBelongsToWhatComesBack() {
            Product fresh = new Product("fresh");
            fresh.parts.add(new Part("a", fresh));
            Product written = repo.insert(Changeset.change(fresh, Map.of("name", "other")))
                    .orElseThrow();
            assertThat(written.parts)
                    .singleElement()
                    .satisfies(part -> assertThat(part.product).isSameAs(written));
            assertThat(repo.getOrThrow(Product.class, written.id, Preload.of("parts")).parts)
                    .extracting(part -> part.label)
                    .containsExactly("a");
            assertThat(fresh.id).isNull();
        }

        // -- numbers and nulls

        @Test
        void aNumberMeetsAnAttributeWithoutLoss() {
            Query<Product> mine = Query.from(Product.class).where("id", product.id.intValue());
            assertThat(repo.updateAll(mine, Change.inc("views", 1))).isOne();
            assertThat(repo.updateAll(mine, Change.set("weight", 11), Change.set("price", 12)))
                    .isOne();
            assertThat(repo.get(Product.class, product.id.intValue())).isPresent();
            assertThat(repo.getBy(Product.class, "id", product.id.shortValue())).isPresent();
            assertThat(repo.all(mine.where("price", 12).where("weight", 11L))).hasSize(1);
            assertThat(repo.all(mine.where(Expression.field("views")
                            .in(List.of(1, 2L))
                            .and(Expression.field("views").between(1, 1.0)))))
                    .hasSize(1);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> repo.updateAll(mine, Change.inc("views", 1.5)))
                    .withMessageContaining("views: 1.5 of type java.lang.Double (expected: java.lang.Long)");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> repo.get(Product.class, 1.5))
                    .withMessageContaining("id: 1.5 of type java.lang.Double (expected: java.lang.Long");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> repo.get(Product.class, "42"))
                    .withMessageContaining("id: 42 of type java.lang.String");
        }

        @Test
        void t74ANullIsToldByItsName() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> repo.getBy(Product.class, "name", null))
                    .withMessageContaining("name: null (expected: ");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> repo.allBy(Product.class, null))
                    .withMessageContaining("clauses: null (expected: ");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> repo.getBy(Product.class, (Map<String, ?>) null))
                    .withMessageContaining("clauses: null (expected: ");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> repo.existsBy(Product.class, null))
                    .withMessageContaining("clauses: null (expected: ");
            Map<String, Object> clauses = new HashMap<>();
            clauses.put("name", null);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> repo.allBy(Product.class, clauses))
                    .withMessageContaining("name: null (expected: ");
        }

        @Test
        void t74WhatIsGoneIsToldByItsKey() {
            Product other = repo.insert(new Product("other"));
            repo.delete(other);
            assertThatExceptionOfType(NoResultException.class)
                    .isThrownBy(() -> repo.reloadOrThrow(List.of(product, other)))
                    .withMessageContaining("1 of 2 gone: Product " + other.id);
            assertThatExceptionOfType(NoResultException.class)
                    .isThrownBy(() -> repo.reloadOrThrow(other))
                    .withMessageContaining("Product " + other.id + " is gone");
        }

        // -- texts that do not fit

        private static List<String> errors(Result<?> result) {
            return ((Result.Invalid<?>) result)
                    .changeset().errors().stream()
                            .map(error -> error.field() + " " + error.text())
                            .toList();
        }

        @Test
        void aTextThatIsTooLongIsAnErrorOfItsField() {
            String tooLong = "01234567890";
            String error = "name should be at most 10 character(s)";
            assertThat(errors(repo.update(Changeset.change(product, Map.of("name", tooLong, "text", tooLong)))))
                    .containsExactly(error);
            assertThat(errors(repo.insert(Changeset.change(new Product(), Map.of("name", tooLong)))))
                    .containsExactly(error);
            assertThat(errors(repo.insert(Changeset.change(new Product(tooLong)))))
                    .containsExactly(error);
            Result<Product> part = repo.update(Changeset.cast(product, Map.of("maker", Map.of("town", "Münchhausen")))
                    .<Maker>castEmbed("maker", (maker, params) -> Changeset.cast(maker, params, "town")));
            assertThat(((Result.Invalid<Product>) part).changeset().traverseErrors(FieldError::text))
                    .isEqualTo(Map.of("maker", Map.of("town", List.of("should be at most 5 character(s)"))));
            Result<Product> child = repo.update(Changeset.change(stored())
                    .putAssoc("parts", List.of(Changeset.change(stored().parts.get(0), Map.of("label", "too long")))));
            assertThat(((Result.Invalid<Product>) child).changeset().traverseErrors(FieldError::text))
                    .isEqualTo(Map.of("parts", List.of(Map.of("label", List.of("should be at most 5 character(s)")))));
            assertThat(stored().name).isEqualTo("first");
        }
    }

    @Nested
    class OnH2 extends Cases {
        OnH2() {
            super(onH2);
        }
    }

    @Nested
    class OnPostgres extends Cases {
        OnPostgres() {
            super(onPostgres);
        }

        @Test
        void aTextWithANulIsAnErrorOfItsField() {
            assertThat(Cases.errors(
                            onPostgres.insert(Changeset.change(new Product(), Map.of("name", "a\0b", "text", "c")))))
                    .containsExactly("name must not contain the NUL character");
        }
    }
}
