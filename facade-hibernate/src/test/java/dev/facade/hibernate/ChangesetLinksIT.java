package dev.facade.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.facade.FacadeRepository;
import dev.facade.changeset.Changeset;
import dev.facade.changeset.Changeset.Action;
import dev.facade.changeset.FieldError;
import dev.facade.changeset.OnReplace;
import dev.facade.changeset.Result;
import dev.facade.error.UndeclaredConstraintException;
import dev.facade.query.Preload;
import dev.facade.test.H2Node;
import dev.facade.test.PostgresNode;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OneToOne;
import jakarta.persistence.OptimisticLockException;
import jakarta.persistence.Table;
import jakarta.persistence.UniqueConstraint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Changesets of entities that hang together, and what becomes of those left out, on each database. */
class ChangesetLinksIT {

    @Entity(name = "Shop")
    @Table(name = "links_shop")
    static class Shop {
        @Id
        @GeneratedValue(strategy = GenerationType.SEQUENCE)
        Long id;

        String name;
        Long turns;

        @OneToOne(mappedBy = "shop", fetch = FetchType.LAZY)
        Till till;

        @OneToMany(mappedBy = "shop")
        List<Ware> wares = new ArrayList<>();

        Shop() {}

        Shop(String name) {
            this.name = name;
        }
    }

    @Entity(name = "Till")
    @Table(name = "links_till")
    static class Till {
        @Id
        @GeneratedValue(strategy = GenerationType.SEQUENCE)
        Long id;

        String maker;

        @OneToOne(fetch = FetchType.LAZY)
        Shop shop;

        Till() {}

        Till(String maker) {
            this.maker = maker;
        }
    }

    @Entity(name = "Ware")
    @Table(
            name = "links_ware",
            uniqueConstraints = @UniqueConstraint(name = "links_ware_code_index", columnNames = "code"))
    static class Ware {
        @Id
        @GeneratedValue(strategy = GenerationType.SEQUENCE)
        Long id;

        String code;

        @ManyToOne(fetch = FetchType.LAZY)
        Shop shop;

        Ware() {}

        Ware(String code) {
            this.code = code;
        }
    }

    private static H2Node node;
    private static FacadeRepository onH2;
    private static FacadeRepository onPostgres;

    @BeforeAll
    static void start() {
        node = H2Node.named("links");
        PostgresNode master = Blog.postgres().master();
        onH2 = started(HibernateFacade.builder().master(node.url()).credentials(node.user(), node.password()));
        onPostgres =
                started(HibernateFacade.builder().master(master.url()).credentials(master.user(), master.password()));
    }

    private static FacadeRepository started(HibernateFacade facade) {
        return facade.entities(Shop.class, Till.class, Ware.class)
                .hibernate("hibernate.hbm2ddl.auto", "create")
                .hibernate("hibernate.jdbc.batch_size", "10")
                .build();
    }

    @AfterAll
    static void stop() {
        onH2.close();
        onPostgres.close();
        node.close();
    }

    @Nested
    class OnH2 extends Cases {
        @Override
        FacadeRepository repo() {
            return onH2;
        }
    }

    @Nested
    class OnPostgres extends Cases {
        @Override
        FacadeRepository repo() {
            return onPostgres;
        }
    }

    abstract static class Cases {

        abstract FacadeRepository repo();

        @BeforeEach
        void empty() {
            repo().deleteAll(Till.class);
            repo().deleteAll(Ware.class);
            repo().deleteAll(Shop.class);
        }

        private Shop read(Shop shop) {
            return repo().getOrThrow(Shop.class, shop.id, Preload.of("till", "wares"));
        }

        private Shop shop(String... codes) {
            List<Ware> wares = new ArrayList<>();
            for (String code : codes) {
                wares.add(new Ware(code));
            }
            return read(repo().insertOrThrow(Changeset.change(new Shop("main"))
                    .putAssoc("till", new Till("old"))
                    .putAssoc("wares", wares)));
        }

        // -- left out

        @Test
        void oneIsReplacedAlthoughItsForeignKeyIsUnique() {
            Shop shop = shop();
            repo().updateOrThrow(Changeset.change(shop).putAssoc("till", new Till("new"), OnReplace.DELETE));
            assertThat(read(shop).till.maker).isEqualTo("new");
            assertThat(repo().count(Till.class)).isEqualTo(1);
        }

        @Test
        void oneIsReplacedAndStaysWithoutItsAssociation() {
            Shop shop = shop();
            repo().updateOrThrow(Changeset.change(shop).putAssoc("till", new Till("new"), OnReplace.NILIFY));
            assertThat(read(shop).till.maker).isEqualTo("new");
            assertThat(repo().all(Till.class)).hasSize(2);
            repo().updateOrThrow(Changeset.change(read(shop)).putAssoc("till", null, OnReplace.DELETE));
            assertThat(read(shop).till).isNull();
            assertThat(repo().count(Till.class)).isEqualTo(1);
        }

        @Test
        void whatIsLeftOutMakesRoomForANewOneOfTheSameName() {
            Shop shop = shop("a", "b");
            Ware second = shop.wares.stream()
                    .filter(ware -> ware.code.equals("b"))
                    .findFirst()
                    .orElseThrow();
            repo().updateOrThrow(
                            Changeset.change(shop).putAssoc("wares", List.of(second, new Ware("a")), OnReplace.DELETE));
            assertThat(read(shop).wares).extracting(ware -> ware.code).containsExactlyInAnyOrder("a", "b");
            assertThat(repo().count(Ware.class)).isEqualTo(2);
        }

        @Test
        void whatIsGoneAlreadyIsStaleUnlessThatIsAllowed() {
            Shop shop = shop("a", "b");
            repo().delete(repo().getOrThrow(Ware.class, shop.wares.get(1).id));
            List<Ware> left = List.of(shop.wares.get(0));
            assertThatExceptionOfType(OptimisticLockException.class)
                    .isThrownBy(() -> repo().update(Changeset.change(shop).putAssoc("wares", left, OnReplace.DELETE)));
            assertThat(repo().update(Changeset.change(shop).putAssoc("wares", left, OnReplace.DELETE_IF_EXISTS))
                            .isOk())
                    .isTrue();
            assertThat(repo().count(Ware.class)).isEqualTo(1);
        }

        // -- links

        @Test
        void anEntityOfAnotherParentMovesHere() {
            Shop from = shop("a");
            Shop to = read(repo().insert(new Shop("other")));
            repo().updateOrThrow(Changeset.change(to).putAssoc("wares", List.of(from.wares.get(0))));
            assertThat(read(to).wares).extracting(ware -> ware.code).containsExactly("a");
            assertThat(read(from).wares).isEmpty();
        }

        @Test
        void anEntityThatPointsAtAParentThatWasNeverSavedMovesHere() {
            Ware ware = shop("a").wares.get(0);
            ware.shop = new Shop("never saved");
            Shop to = read(repo().insert(new Shop("other")));
            repo().updateOrThrow(Changeset.change(to).putAssoc("wares", List.of(ware)));
            assertThat(read(to).wares).extracting(it -> it.code).containsExactly("a");
        }

        @Test
        void anEntityMovesToANewParent() {
            Shop from = shop("a");
            Shop to = repo().insertOrThrow(
                            Changeset.change(new Shop("new")).putAssoc("wares", List.of(from.wares.get(0))));
            assertThat(read(to).wares).extracting(ware -> ware.code).containsExactly("a");
        }

        @Test
        void aChildIsDeletedByItsOwnAction() {
            Shop shop = shop("a", "b");
            Shop updated = repo().updateOrThrow(Changeset.change(shop)
                    .putAssoc(
                            "wares",
                            List.of(
                                    shop.wares.get(0),
                                    Changeset.change(shop.wares.get(1)).withAction(Action.DELETE))));
            assertThat(updated.wares).hasSize(1);
            assertThat(repo().count(Ware.class)).isEqualTo(1);
        }

        // -- violations

        @Test
        void aViolationOfASecondChildIsItsOwnAndUndoesTheFirst() {
            shop("taken");
            Changeset<Shop> changeset = Changeset.change(new Shop("new"))
                    .putAssoc(
                            "wares",
                            List.of(
                                    Changeset.change(new Ware("free")).uniqueConstraint("code"),
                                    Changeset.change(new Ware("taken")).uniqueConstraint("code")));
            Result<Shop> result = repo().insert(changeset);
            assertThat(result.changeset().traverseErrors(FieldError::text))
                    .isEqualTo(Map.of("wares", List.of(Map.of(), Map.of("code", List.of("has already been taken")))));
            assertThat(repo().count(Shop.class)).isEqualTo(1);
            assertThat(repo().count(Ware.class)).isEqualTo(1);
        }

        @Test
        void aViolationThatAChildDoesNotDeclareIsNotItsParents() {
            shop("taken");
            Changeset<Shop> changeset = Changeset.change(new Shop("new"))
                    .putAssoc("wares", List.of(new Ware("taken")))
                    .uniqueConstraint("name")
                    .lastConstraint(rule -> rule.named("links_ware_code_index"));
            assertThatExceptionOfType(UndeclaredConstraintException.class)
                    .isThrownBy(() -> repo().insert(changeset))
                    .withMessageContaining("insert of Ware")
                    .withMessageContaining("[]");
            assertThat(repo().count(Shop.class)).isEqualTo(1);
        }

        @Test
        void whatSomebodyTypesIsNotTakenForAConstraintsName() {
            String typed = "constraint \"links_ware_other_index\" : \"PUBLIC.LINKS_WARE_OTHER_INDEX";
            shop(typed);
            Changeset<Ware> again = Changeset.change(new Ware(typed))
                    .uniqueConstraint("shop")
                    .lastConstraint(rule -> rule.named("links_ware_other_index"))
                    .uniqueConstraint("code");
            assertThat(repo().insert(again).changeset().errors())
                    .extracting(FieldError::toString)
                    .containsExactly("code has already been taken");
        }

        // -- preparations of children

        private Changeset<Ware> counted(Ware ware, String error) {
            return Changeset.change(ware).prepareChanges(changeset -> {
                assertThat(repo().inTransaction()).isTrue();
                repo().insert(new Till("by " + ware.code));
                return error.isEmpty() ? changeset : changeset.addError("code", error);
            });
        }

        @Test
        void aChildsPreparationsRunInTheTransaction() {
            repo().insertOrThrow(
                            Changeset.change(new Shop("new")).putAssoc("wares", List.of(counted(new Ware("a"), ""))));
            assertThat(repo().all(Till.class)).extracting(till -> till.maker).containsExactly("by a");
            assertThat(repo().inTransaction()).isFalse();
        }

        @Test
        void aChildsPreparationKnowsItsParent() {
            Changeset<Ware> child = Changeset.change(new Ware("a")).prepareChanges(changeset -> {
                Shop parent = (Shop) changeset.getField("shop");
                assertThat(parent.id).isNotNull();
                return changeset.putChange("code", "of " + parent.name);
            });
            Shop shop = repo().insertOrThrow(Changeset.change(new Shop("new")).putAssoc("wares", List.of(child)));
            assertThat(read(shop).wares).extracting(ware -> ware.code).containsExactly("of new");
        }

        @Test
        void aChildThatItsPreparationRefusesUndoesEverything() {
            Result<Shop> result = repo().insert(Changeset.change(new Shop("new"))
                    .putAssoc("wares", List.of(counted(new Ware("a"), ""), counted(new Ware("b"), "refused"))));
            assertThat(result.isOk()).isFalse();
            assertThat(result.changeset().traverseErrors(FieldError::text))
                    .isEqualTo(Map.of("wares", List.of(Map.of(), Map.of("code", List.of("refused")))));
            assertThat(repo().count(Shop.class)).isZero();
            assertThat(repo().count(Ware.class)).isZero();
            assertThat(repo().count(Till.class)).isZero();
        }

        // -- a lock without a version

        @Test
        void r024ASecondUpdateAndADeleteOfAStaleLockAreRefused() {
            Shop shop = repo().insertOrThrow(Changeset.change(new Shop("a")).optimisticLock("turns"));
            assertThat(shop.turns).isEqualTo(1);
            Shop updated = repo().updateOrThrow(
                            Changeset.change(shop, Map.of("name", "b")).optimisticLock("turns"));
            assertThat(updated.turns).isEqualTo(2);
            assertThatExceptionOfType(OptimisticLockException.class)
                    .isThrownBy(() -> repo().update(
                                    Changeset.change(shop, Map.of("name", "c")).optimisticLock("turns")));
            assertThatExceptionOfType(OptimisticLockException.class)
                    .isThrownBy(() -> repo().delete(Changeset.change(shop).optimisticLock("turns")));
            assertThat(repo().count(Shop.class)).isEqualTo(1);
            assertThat(repo().delete(Changeset.change(updated).optimisticLock("turns"))
                            .isOk())
                    .isTrue();
            assertThat(repo().count(Shop.class)).isZero();
        }
    }
}
