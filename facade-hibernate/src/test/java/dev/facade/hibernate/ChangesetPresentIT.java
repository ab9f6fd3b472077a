package dev.facade.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.facade.FacadeRepository;
import dev.facade.changeset.Changeset;
import dev.facade.changeset.FieldError;
import dev.facade.changeset.OnReplace;
import dev.facade.query.Preload;
import dev.facade.query.Query;
import dev.facade.test.H2Node;
import dev.facade.test.PostgresNode;
import jakarta.persistence.CascadeType;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.JoinTable;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.MappedSuperclass;
import jakarta.persistence.OneToMany;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.hibernate.Hibernate;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.annotations.SortNatural;
import org.hibernate.type.SqlTypes;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Changesets that put back what is present, loaded or not, and what is new beside it, on each database. */
class ChangesetPresentIT {

    @Entity(name = "Plant")
    @Table(name = "present_plant")
    static class Plant {
        @Id
        @GeneratedValue(strategy = GenerationType.SEQUENCE)
        Long id;

        @Version
        int version;

        String name;
        Date planted;

        @Embedded
        Spot spot;

        @ManyToOne(fetch = FetchType.LAZY)
        Plant parent;

        @ManyToOne(fetch = FetchType.LAZY)
        Label label;

        @ManyToOne(fetch = FetchType.LAZY)
        Place place;

        @OneToMany(mappedBy = "parent", cascade = CascadeType.REMOVE)
        List<Plant> kids = new ArrayList<>();

        @ElementCollection
        List<String> tags = new ArrayList<>();

        @ManyToMany(cascade = CascadeType.PERSIST)
        @JoinTable(name = "present_plant_labels")
        @SortNatural
        SortedSet<Label> labels = new TreeSet<>();

        Plant() {}

        Plant(String name) {
            this.name = name;
        }
    }

    @Embeddable
    static class Spot {
        String bed;

        Spot() {}

        Spot(String bed) {
            this.bed = bed;
        }
    }

    /** Its key is given by hand, and only the database knows whether it is new. */
    @Entity(name = "Label")
    @Table(name = "present_label")
    static class Label implements Comparable<Label> {
        @Id
        String code;

        String text;

        @ManyToMany(mappedBy = "labels")
        List<Plant> plants = new ArrayList<>();

        Label() {}

        Label(String code, String text) {
            this.code = code;
            this.text = text;
        }

        @Override
        public int compareTo(Label other) {
            return code.compareTo(other.code);
        }
    }

    /** Its key has two parts. */
    @Entity(name = "Place")
    @Table(name = "present_place")
    @IdClass(Place.Key.class)
    static class Place {
        @Id
        int room;

        @Id
        int shelf;

        record Key(int room, int shelf) {}

        Place() {}

        Place(int room, int shelf) {
            this.room = room;
            this.shelf = shelf;
        }
    }

    @MappedSuperclass
    abstract static class Stock<N extends Number> {
        @Id
        @GeneratedValue(strategy = GenerationType.SEQUENCE)
        Long id;

        N amount;
    }

    @Entity(name = "Grain")
    @Table(name = "present_grain")
    static class Grain extends Stock<Integer> {
        @JdbcTypeCode(SqlTypes.ARRAY)
        List<String> marks;
    }

    private static H2Node node;
    private static FacadeRepository onH2;
    private static FacadeRepository onPostgres;

    @BeforeAll
    static void start() {
        node = H2Node.named("present");
        PostgresNode master = Blog.postgres().master();
        onH2 = started(HibernateFacade.builder().master(node.url()).credentials(node.user(), node.password()));
        onPostgres =
                started(HibernateFacade.builder().master(master.url()).credentials(master.user(), master.password()));
    }

    private static FacadeRepository started(HibernateFacade facade) {
        return facade.entities(Plant.class, Label.class, Place.class, Grain.class)
                .hibernate("hibernate.hbm2ddl.auto", "create")
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

        private static final String[] ALL = {"parent", "kids", "tags", "labels"};

        private Plant parent;

        abstract FacadeRepository repo();

        @BeforeEach
        void plant() {
            repo().transaction(() -> {
                repo().all(Plant.class).forEach(plant -> {
                    plant.parent = null;
                    plant.label = null;
                    plant.place = null;
                    plant.labels = new TreeSet<>();
                    repo().update(plant);
                });
                repo().all(Plant.class).forEach(repo()::delete);
                repo().deleteAll(Label.class);
                repo().deleteAll(Place.class);
                return "empty";
            });
            parent = repo().insert(new Plant("parent"));
        }

        private Plant child(String name) {
            Plant child = new Plant(name);
            child.parent = parent;
            child.planted = new Date(1_000_000_000_123L);
            child.spot = new Spot("a");
            child.tags.addAll(List.of("x", "y"));
            return repo().insert(child);
        }

        private Plant read(Plant plant) {
            return repo().getOrThrow(Plant.class, plant.id, Preload.of(ALL));
        }

        private Long parentOf(Plant plant) {
            return Hibernate.unproxy(read(plant).parent, Plant.class).id;
        }

        private Label labelOf(Plant plant) {
            Plant read = repo().getOrThrow(Plant.class, plant.id, Preload.of("label"));
            return Hibernate.unproxy(read.label, Label.class);
        }

        private Plant unloaded(Plant plant) {
            return repo().getOrThrow(Plant.class, plant.id);
        }

        // -- the last word counts

        @Test
        void aReferenceThatIsPutBackStays() {
            for (OnReplace rule : List.of(OnReplace.NILIFY, OnReplace.DELETE)) {
                Plant plant = read(child("child"));
                Changeset<Plant> changeset = Changeset.change(plant)
                        .putAssoc("parent", null, rule)
                        .putAssoc("parent", plant.parent, rule)
                        .putChange("name", "changed");
                assertThat(changeset.changes()).containsOnlyKeys("name");
                assertThat(changeset.leftOut("parent")).isEmpty();
                repo().updateOrThrow(changeset);
                assertThat(parentOf(plant)).isEqualTo(parent.id);
            }
        }

        @Test
        void childrenThatArePutBackStay() {
            child("a");
            child("b");
            Plant plant = read(parent);
            repo().updateOrThrow(Changeset.change(plant)
                    .putAssoc("kids", List.of(), OnReplace.DELETE)
                    .putAssoc("kids", List.copyOf(plant.kids), OnReplace.DELETE)
                    .putChange("name", "changed"));
            assertThat(read(parent).kids).hasSize(2);
        }

        @Test
        void childrenThatAreCastBackStay() {
            Plant kid = child("a");
            Plant plant = read(parent);
            Changeset<Plant> changeset = Changeset.cast(plant, Map.of("kids", List.of()))
                    .castAssoc("kids", Cases::named, OnReplace.DELETE)
                    .cast(Map.of("kids", List.of(Map.of("id", kid.id))))
                    .castAssoc("kids", Cases::named, OnReplace.DELETE);
            repo().updateOrThrow(changeset.putChange("name", "changed"));
            assertThat(read(parent).kids).hasSize(1);
        }

        @Test
        void anEmbeddableThatIsPutBackStays() {
            Plant plant = read(child("child"));
            assertThat(Changeset.change(plant)
                            .putEmbed("spot", null)
                            .putEmbed("spot", plant.spot)
                            .changes())
                    .isEmpty();
        }

        @Test
        void whatIsChangedAfterwardsDeletesNothing() {
            Plant plant = read(child("child"));
            Plant other = repo().insert(new Plant("other"));
            repo().updateOrThrow(Changeset.change(plant)
                    .putAssoc("parent", null, OnReplace.DELETE)
                    .putChange("parent", other));
            assertThat(parentOf(plant)).isEqualTo(other.id);
            assertThat(repo().get(Plant.class, parent.id)).isPresent();
        }

        private static Changeset<Plant> named(Plant plant, Map<String, ?> params) {
            return Changeset.cast(plant, params, "name");
        }

        // -- what is present is not loaded

        @Test
        void theSameOneIsNoChangeAlthoughThePresentOneIsNotLoaded() {
            Plant plant = unloaded(child("child"));
            Plant same = unloaded(parent);
            for (OnReplace rule : OnReplace.values()) {
                assertThat(Changeset.change(plant)
                                .putAssoc("parent", same, rule)
                                .changes())
                        .as("%s", rule)
                        .isEmpty();
            }
            assertThat(Changeset.change(plant).putChange("parent", same).changes())
                    .isEmpty();
            repo().updateOrThrow(Changeset.change(plant)
                    .putAssoc("parent", Changeset.change(same, Map.of("name", "renamed")), OnReplace.DELETE));
            assertThat(unloaded(parent).name).isEqualTo("renamed");
        }

        @Test
        void anotherOneReplacesWhatIsNotLoaded() {
            Plant plant = unloaded(child("child"));
            Plant other = repo().insert(new Plant("other"));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Changeset.change(plant).putAssoc("parent", other))
                    .withMessageContaining("parent: Plant " + parent.id + " would be left out");
            repo().updateOrThrow(Changeset.change(plant).putAssoc("parent", other, OnReplace.NILIFY));
            assertThat(parentOf(plant)).isEqualTo(other.id);
            repo().updateOrThrow(Changeset.change(unloaded(plant)).putAssoc("parent", parent, OnReplace.DELETE));
            assertThat(repo().get(Plant.class, other.id)).isEmpty();
        }

        @Test
        void whatIsNotLoadedCannotBeCast() {
            Plant plant = unloaded(child("child"));
            for (Object params : List.of(Map.of("id", parent.id, "name", "x"), Map.of("name", "x"))) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> Changeset.cast(plant, Map.of("parent", params))
                                .castAssoc("parent", Cases::named, OnReplace.UPDATE))
                        .withMessageContaining("Preload.of(\"parent\")");
            }
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Changeset.change(plant).putAssoc("kids", List.of(), OnReplace.DELETE))
                    .withMessageContaining("Preload.of(\"kids\")");
        }

        @Test
        void theSameOneIsKnownByAKeyOfSeveralParts() {
            repo().insert(new Place(1, 2));
            Plant plant = new Plant("a");
            plant.place = new Place(1, 2);
            Plant read = unloaded(repo().insert(plant));
            assertThat(Changeset.change(read).putAssoc("place", new Place(1, 2)).changes())
                    .isEmpty();
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Changeset.change(read).putAssoc("place", new Place(1, 3)))
                    .withMessageContaining("Place [1, 2]");
        }

        // -- values

        @Test
        void whatIsCastFitsTheColumn() {
            assertThat(Changeset.cast(new Grain(), Map.of("amount", "many", "marks", List.of(1, 2)), "amount", "marks")
                            .errors())
                    .extracting(FieldError::toString)
                    .containsExactly("amount is invalid", "marks is invalid");
            Grain grain = repo().insertOrThrow(Changeset.cast(
                    new Grain(), Map.of("amount", "7", "marks", List.of("x", "y")), "amount", "marks"));
            Grain read = repo().getOrThrow(Grain.class, grain.id);
            assertThat(read.amount).isEqualTo(7);
            assertThat(read.marks).containsExactly("x", "y");
        }

        @Test
        void theSameElementsAreNoChange() {
            Plant plant = read(child("child"));
            List<String> same = List.copyOf(plant.tags);
            assertThat(Changeset.change(plant, Map.of("tags", same)).changes()).isEmpty();
            assertThat(Changeset.cast(plant, Map.of("tags", same), "tags").changes())
                    .isEmpty();
            Plant updated = repo().updateOrThrow(Changeset.change(plant, Map.of("tags", List.of("z"))));
            assertThat(read(updated).tags).containsExactly("z");
        }

        @Test
        void elementsThatAreNotLoadedAreReplacedAsAWhole() {
            Plant plant = unloaded(child("child"));
            repo().updateOrThrow(Changeset.change(plant, Map.of("tags", List.of("z"))));
            assertThat(read(plant).tags).containsExactly("z");
        }

        @Test
        void elementsAreLoadedOnDemand() {
            Plant plant = unloaded(child("child"));
            assertThat(repo().preload(plant, Preload.of("tags")).tags).containsExactlyInAnyOrder("x", "y");
            assertThat(repo().oneOrThrow(Query.from(Plant.class)
                                    .leftJoinFetch("tags")
                                    .where("id", plant.id))
                            .tags)
                    .containsExactlyInAnyOrder("x", "y");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> repo().preload(plant, Preload.of("tags.length")))
                    .withMessageContaining("tags.length");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> repo().preload(plant, Preload.of("name")))
                    .withMessageContaining("tags");
        }

        @Test
        void theSameMomentIsNoChange() {
            Plant plant = read(child("child"));
            assertThat(plant.planted).isNotInstanceOf(java.sql.Date.class);
            assertThat(Changeset.change(plant, Map.of("planted", new Date(1_000_000_000_123L)))
                            .changes())
                    .isEmpty();
            assertThat(Changeset.change(plant, Map.of("planted", new Date(1_000_000_000_124L)))
                            .changes())
                    .isNotEmpty();
        }

        // -- keys that are given

        @Test
        void aNewOneWithAGivenKeyIsInserted() {
            Plant plant =
                    repo().insertOrThrow(Changeset.change(new Plant("a")).putAssoc("label", new Label("rare", "r")));
            assertThat(repo().getOrThrow(Label.class, "rare").text).isEqualTo("r");
            assertThat(labelOf(plant).code).isEqualTo("rare");
        }

        @Test
        void oneThatIsThereIsReferredToAndKeepsItsValues() {
            repo().insert(new Label("rare", "r"));
            Plant plant = repo().insertOrThrow(
                            Changeset.change(new Plant("a")).putAssoc("label", new Label("rare", "other")));
            assertThat(labelOf(plant).text).isEqualTo("r");
            repo().updateOrThrow(Changeset.change(repo().insert(new Plant("b")))
                    .putAssoc("label", Changeset.change(new Label("rare", "r"), Map.of("text", "changed"))));
            assertThat(repo().getOrThrow(Label.class, "rare").text).isEqualTo("changed");
        }

        // -- kinds of associations

        @Test
        void aSortedSetIsWritten() {
            repo().insert(new Label("b", "old"));
            Plant plant = repo().insertOrThrow(Changeset.change(new Plant("a"))
                    .putAssoc("labels", List.of(new Label("c", "new"), new Label("b", "old"))));
            assertThat(read(plant).labels).extracting(label -> label.code).containsExactly("b", "c");
            Plant updated = repo().updateOrThrow(Changeset.change(read(plant))
                    .putAssoc("labels", List.of(new Label("b", "old"), new Label("a", "new")), OnReplace.NILIFY));
            assertThat(updated.labels).extracting(label -> label.code).containsExactly("a", "b");
            assertThat(read(plant).labels).extracting(label -> label.code).containsExactly("a", "b");
        }

        @Test
        void theSideThatDoesNotStoreManyToManyIsRefused() {
            Label label = repo().insert(new Label("a", "x"));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Changeset.change(label).putAssoc("plants", List.of(parent)))
                    .withMessageContaining("Label.plants")
                    .withMessageContaining("Plant.labels");
        }
    }
}
