package dev.facade.changeset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.entry;

import dev.facade.changeset.Changeset.Action;
import dev.facade.changeset.Library.Book;
import dev.facade.changeset.Library.Page;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.OneToMany;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Forms of any size and depth, and the versions that they bring. */
class FormTest {

    /** A key that counts what is asked of it. */
    @Embeddable
    static class Key implements Serializable {
        private static final long serialVersionUID = 1L;
        static final AtomicLong ASKED = new AtomicLong();

        int number;

        Key() {}

        Key(int number) {
            this.number = number;
        }

        @Override
        public boolean equals(Object other) {
            ASKED.incrementAndGet();
            return other instanceof Key key && key.number == number;
        }

        @Override
        public int hashCode() {
            ASKED.incrementAndGet();
            return number;
        }

        @Override
        public String toString() {
            ASKED.incrementAndGet();
            return "k" + number;
        }
    }

    @Entity
    static class Leaf {
        @EmbeddedId
        Key id;

        String text;

        Leaf() {}

        Leaf(int number) {
            id = new Key(number);
        }
    }

    @Entity
    static class Tree {
        @Id
        Long id;

        String name;

        @OneToMany(mappedBy = "tree")
        Set<Leaf> leaves = new LinkedHashSet<>();

        @OneToMany(mappedBy = "parent")
        List<Tree> branches = new ArrayList<>();

        @ElementCollection
        Set<Key> keys = new LinkedHashSet<>();

        Map<String, Object> notes;
    }

    private static long askedBy(int size, Runnable work) {
        Key.ASKED.set(0);
        work.run();
        return Key.ASKED.get() / size;
    }

    @Test
    void t78WhatAFormCostsGrowsWithItsSizeAlone() {
        Tree tree = new Tree();
        int size = 4_000;
        IntStream.range(0, size).forEach(number -> tree.leaves.add(new Leaf(number)));
        List<Map<String, String>> params = IntStream.range(0, size)
                .mapToObj(number -> Map.of("id", "k" + number, "text", "t" + number))
                .toList();
        assertThat(askedBy(size, () -> {
                    Changeset<Tree> cast = Changeset.cast(tree, Map.of("leaves", params))
                            .<Leaf>castAssoc("leaves", (leaf, one) -> Changeset.cast(leaf, one, "text"));
                    assertThat((List<?>) cast.changes().get("leaves")).hasSize(size);
                    assertThat(cast.isValid()).isTrue();
                }))
                .isLessThan(20);
        List<Leaf> same = IntStream.range(0, size).mapToObj(Leaf::new).toList();
        assertThat(askedBy(size, () -> Changeset.change(tree).putAssoc("leaves", same)))
                .isLessThan(20);
        Set<Key> before = new LinkedHashSet<>();
        IntStream.range(0, size).forEach(number -> before.add(new Key(number)));
        tree.keys = before;
        List<Key> backwards = IntStream.range(0, size)
                .mapToObj(number -> new Key(size - number))
                .toList();
        assertThat(askedBy(
                        size,
                        () -> Changeset.change(tree)
                                .forceChange("keys", new LinkedHashSet<>(backwards))
                                .changed("keys", before, new LinkedHashSet<>(backwards))))
                .isLessThan(20);
    }

    @Test
    void twoOfASetWithOneKeyAreStillOneTooMany() {
        Tree tree = new Tree();
        tree.leaves.add(new Leaf(1));
        Changeset<Tree> twice = Changeset.change(tree).putAssoc("leaves", List.of(new Leaf(1), new Leaf(1)));
        assertThat(twice.isValid()).isFalse();
        Changeset<Tree> named = Changeset.cast(
                        tree, Map.of("leaves", List.of(Map.of("id", "k1", "text", "a"), Map.of("id", "k1"))))
                .<Leaf>castAssoc("leaves", (leaf, one) -> Changeset.cast(leaf, one, "text"));
        assertThat((List<?>) named.changes().get("leaves"))
                .extracting(child -> ((Changeset<?>) child).action())
                .containsExactly(Action.UPDATE, Action.INSERT);
    }

    private static Map<String, Object> nested(int depth) {
        Map<String, Object> form = Map.of("name", "leaf");
        for (int i = 0; i < depth; i++) {
            form = Map.of("name", "n" + i, "branches", List.of(form));
        }
        return form;
    }

    private static Changeset<Tree> tree(Tree tree, Map<String, ?> params) {
        return Changeset.cast(tree, params, "name").castAssoc("branches", FormTest::tree);
    }

    @Test
    void t78AFormThatIsNestedTooDeeplyIsAnErrorOfItsField() {
        Changeset<Tree> deep = tree(new Tree(), nested(10_000));
        assertThat(deep.errors()).singleElement().satisfies(error -> {
            assertThat(error.field()).isEqualTo("branches");
            assertThat(error.text()).isEqualTo("is nested deeper than 200 levels");
        });
        assertThat(tree(new Tree(), nested(900)).isValid()).isFalse();
        Changeset<Tree> bearable = tree(new Tree(), nested(99));
        assertThat(bearable.isValid()).isTrue();
        assertThat(bearable.applyChanges().branches.get(0).branches.get(0).name).isEqualTo("n96");
    }

    @Test
    void t78SoAreTheValuesOfOneField() {
        Changeset<Tree> deep = Changeset.cast(new Tree(), Map.of("notes", nested(10_000)), "notes");
        assertThat(deep.errors())
                .singleElement()
                .satisfies(error -> assertThat(error.field()).isEqualTo("notes"));
        assertThat(Changeset.cast(new Tree(), Map.of("notes", nested(20)), "notes")
                        .isValid())
                .isTrue();
    }

    // -- versions

    private static Book book(Integer version) {
        Book book = new Book("old");
        book.id = 1L;
        book.version = version;
        return book;
    }

    @Test
    void t65TheVersionOfAFormIsNoChangeAndIsKept() {
        Changeset<Book> same = Changeset.cast(book(1), Map.of("title", "new", "version", "1"), "title", "version");
        assertThat(same.changes()).containsOnly(entry("title", "new"));
        assertThat(same.seenVersion()).contains(1);
        assertThat(same.isValid()).isTrue();
    }

    @Test
    void t65WhatAFormOfAnotherStateSaysIsAChangeEvenIfItIsPresent() {
        Changeset<Book> other = Changeset.cast(book(1), Map.of("version", "2", "title", "old"), "version", "title");
        assertThat(other.changes()).containsOnly(entry("title", "old"));
        assertThat(other.seenVersion()).contains(2);
    }

    @Test
    void t65AVersionThatIsNoneIsAnErrorOfItsField() {
        for (String none : List.of("", "x", "1.5")) {
            assertThat(Changeset.cast(book(1), Map.of("version", none), "version")
                            .errors())
                    .as(none)
                    .singleElement()
                    .satisfies(error -> assertThat(error.field()).isEqualTo("version"));
        }
        assertThat(Changeset.cast(book(null), Map.of("version", ""), "version").isValid())
                .isTrue();
    }

    @Test
    void t65NobodySetsAVersion() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Changeset.change(book(1), Map.of("version", 5)))
                .withMessageContaining("version")
                .withMessageContaining("(expected: another field");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Changeset.change(book(1)).forceChange("version", 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Changeset.change(book(1)).optimisticLock("version"));
    }

    @Test
    void t65TheLockThatAFormBringsIsTheOneThatIsCompared() {
        Book book = book(1);
        book.lockCount = 7L;
        Changeset<Book> form = Changeset.cast(book, Map.of("title", "new", "lockCount", "6"), "title", "lockCount")
                .optimisticLock("lockCount");
        assertThat(form.lockValue()).isEqualTo(6L);
        assertThat(form.locked().lockValue()).isEqualTo(6L);
        assertThat(form.locked().changes()).containsEntry("lockCount", 7L);
        assertThat(Changeset.change(book).optimisticLock("lockCount").locked().lockValue())
                .isEqualTo(7L);
    }

    // -- numbers

    @Test
    void aNumberFitsIfNothingOfItIsLost() {
        assertThat(Changeset.change(new Book(), Map.of("views", 5, "rating", 3, "row", 7L))
                        .changes())
                .containsOnly(entry("views", 5L), entry("rating", 3.0), entry("row", (short) 7));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Changeset.change(new Book(), Map.of("row", 70_000)))
                .withMessageContaining("row: 70000 of type java.lang.Integer (expected: java.lang.Short)");
        assertThat(new Page(1L, "a").text).isEqualTo("a");
    }
}
