package dev.facade.changeset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.facade.changeset.Changeset.Action;
import dev.facade.changeset.Library.Book;
import dev.facade.changeset.Library.Country;
import dev.facade.changeset.Library.Page;
import dev.facade.changeset.Library.Publisher;
import dev.facade.changeset.Library.Receipt;
import dev.facade.changeset.Library.Size;
import dev.facade.changeset.Library.Writer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Changesets of associated entities and of embeddables. */
class ChildrenTest {

    private static Book book() {
        Book book = new Book("a");
        book.id = 1L;
        book.writer = new Writer(7L, "ann");
        book.leaves = new ArrayList<>(List.of(new Page(1L, "one"), new Page(2L, "two")));
        return book;
    }

    private static Changeset<Page> page(Page page, Map<String, ?> params) {
        return Changeset.cast(page, params, "text").validateRequired("text");
    }

    private static Changeset<Writer> writer(Writer writer, Map<String, ?> params) {
        return Changeset.cast(writer, params, "name").validateRequired("name");
    }

    private static Changeset<Size> size(Size size, Map<String, ?> params) {
        return Changeset.cast(size, params, "height", "width").validateRequired("height");
    }

    private static Changeset<Book> leaves(Object raw, OnReplace onReplace) {
        return Changeset.cast(book(), Collections.singletonMap("leaves", raw))
                .castAssoc("leaves", ChildrenTest::page, onReplace);
    }

    @SuppressWarnings("unchecked")
    private static List<Changeset<Page>> children(Changeset<Book> changeset) {
        return (List<Changeset<Page>>) changeset.changes().get("leaves");
    }

    // -- many, from outside

    @Test
    void entitiesAreFoundByTheirKeyAndNewOnesAreMade() {
        Changeset<Book> changeset = leaves(
                List.of(Map.of("id", "2", "text", "second"), Map.of("id", 1), Map.of("text", "new")), OnReplace.RAISE);
        assertThat(children(changeset))
                .extracting(Changeset::action)
                .containsExactly(Action.UPDATE, Action.UPDATE, Action.INSERT);
        Book applied = changeset.applyChanges();
        assertThat(applied.leaves).extracting(page -> page.text).containsExactly("second", "one", "new");
        assertThat(changeset.data().leaves).extracting(page -> page.text).containsExactly("one", "two");
    }

    @Test
    void aKeyOfSomebodyElsesIsNotTakenOver() {
        Changeset<Book> changeset = leaves(List.of(Map.of("id", "99", "text", "x")), OnReplace.DELETE);
        assertThat(children(changeset)).singleElement().satisfies(child -> {
            assertThat(child.action()).isEqualTo(Action.INSERT);
            assertThat(child.applyChanges().id).isNull();
        });
    }

    @Test
    void formsSendAListAsAMapOfPlaces() {
        Map<String, Object> indexed = new LinkedHashMap<>();
        indexed.put("10", Map.of("text", "third"));
        indexed.put("2", Map.of("id", "2"));
        indexed.put("0", Map.of("id", "1"));
        assertThat(leaves(indexed, OnReplace.RAISE).applyChanges().leaves)
                .extracting(page -> page.text)
                .containsExactly("one", "two", "third");
    }

    @Test
    void nothingFromOutsideChangesNothing() {
        assertThat(Changeset.cast(book(), Map.of())
                        .castAssoc("leaves", ChildrenTest::page)
                        .changes())
                .isEmpty();
        assertThat(leaves(List.of(Map.of("id", "1"), Map.of("id", "2")), OnReplace.RAISE)
                        .changes())
                .isEmpty();
    }

    @Test
    void whatIsNoListOfMapsIsAnError() {
        for (Object wrong : new Object[] {"text", List.of("text"), Map.of("x", Map.of()), 5}) {
            Changeset<Book> changeset = leaves(wrong, OnReplace.DELETE);
            assertThat(changeset.errors()).as("%s", wrong).singleElement().satisfies(error -> {
                assertThat(error).returns("leaves", FieldError::field).returns("is invalid", FieldError::message);
                assertThat(error.parameters()).containsEntry("type", "list");
            });
            assertThat(changeset.changes()).isEmpty();
        }
    }

    @Test
    void anErrorOfAChildMakesTheParentInvalid() {
        Changeset<Book> changeset = leaves(List.of(Map.of("id", "1"), Map.of("id", "2", "text", "")), OnReplace.RAISE);
        assertThat(changeset.errors()).isEmpty();
        assertThat(changeset.isValid()).isFalse();
        assertThat(changeset.applyAction(Action.UPDATE).isOk()).isFalse();
        assertThat(changeset.traverseErrors(FieldError::text))
                .isEqualTo(Map.of("leaves", List.of(Map.of(), Map.of("text", List.of("can't be blank")))));
        assertThat(changeset.traverseValidations((name, parameters) -> name)).isEmpty();
    }

    @Test
    void anErrorOfTheFieldHidesNoErrorOfAChild() {
        Changeset<Book> changeset = leaves(List.of(Map.of("id", "1"), Map.of("id", "2", "text", "")), OnReplace.RAISE)
                .addError("leaves", "too many");
        assertThat(changeset.traverseErrors(FieldError::text).toString()).contains("can't be blank");
    }

    // -- left out

    @Test
    void leavingOutIsRefusedUnlessItIsSaidWhatBecomesOfIt() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> leaves(List.of(Map.of("id", "1")), OnReplace.RAISE))
                .withMessageContaining("leaves")
                .withMessageContaining("left out");
        assertThatIllegalArgumentException().isThrownBy(() -> leaves(null, OnReplace.RAISE));
    }

    @Test
    void leavingOutCanBeAnError() {
        Changeset<Book> changeset = leaves(List.of(Map.of("id", "1")), OnReplace.MARK_INVALID);
        assertThat(changeset.errors()).singleElement().returns("leaves", FieldError::field);
        assertThat(changeset.changes()).isEmpty();
    }

    @Test
    void theChangesetRemembersWhatIsLeftOut() {
        for (OnReplace rule : List.of(OnReplace.DELETE, OnReplace.DELETE_IF_EXISTS, OnReplace.NILIFY)) {
            Changeset<Book> changeset = leaves(List.of(Map.of("id", "1")), rule);
            assertThat(changeset.isValid()).isTrue();
            assertThat(changeset.onReplace("leaves")).isEqualTo(rule);
            assertThat(changeset.leftOut("leaves"))
                    .containsExactly(changeset.data().leaves.get(1));
        }
        assertThat(Changeset.change(book()).leftOut("leaves")).isEmpty();
        assertThat(Changeset.change(book()).onReplace("leaves")).isEqualTo(OnReplace.RAISE);
    }

    @Test
    void manyCannotBeUpdatedInPlaceOfEachOther() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> leaves(List.of(), OnReplace.UPDATE))
                .withMessageContaining("UPDATE");
    }

    @Test
    void whatIsRequiredMayNotBeEmptied() {
        assertThat(leaves(List.of(), OnReplace.DELETE)
                        .validateRequired("leaves")
                        .isValid())
                .isFalse();
        assertThat(leaves(List.of(Map.of("text", "x")), OnReplace.DELETE)
                        .validateRequired("leaves")
                        .isValid())
                .isTrue();
    }

    // -- one

    private static Changeset<Book> written(Object raw, OnReplace onReplace) {
        return Changeset.cast(book(), Collections.singletonMap("writer", raw))
                .castAssoc("writer", ChildrenTest::writer, onReplace);
    }

    @Test
    void oneIsFoundByItsKeyOrReplaced() {
        Changeset<Book> same = written(Map.of("id", "7", "name", "bob"), OnReplace.RAISE);
        assertThat(same.applyChanges().writer).returns("bob", it -> it.name).returns(7L, it -> it.id);
        Changeset<Book> other = written(Map.of("name", "bob"), OnReplace.NILIFY);
        assertThat(other.applyChanges().writer).returns("bob", it -> it.name).returns(null, it -> it.id);
        assertThat(other.leftOut("writer")).hasSize(1);
        assertThatIllegalArgumentException().isThrownBy(() -> written(Map.of("name", "bob"), OnReplace.RAISE));
    }

    @Test
    void oneCanBeUpdatedInsteadOfReplaced() {
        Changeset<Book> changeset = written(Map.of("name", "bob"), OnReplace.UPDATE);
        assertThat(changeset.applyChanges().writer)
                .returns("bob", it -> it.name)
                .returns(7L, it -> it.id);
        assertThat(changeset.leftOut("writer")).isEmpty();
    }

    @Test
    void oneCanBeTakenAway() {
        assertThat(written(null, OnReplace.NILIFY).applyChanges().writer).isNull();
        assertThatIllegalArgumentException().isThrownBy(() -> written(null, OnReplace.RAISE));
        assertThat(written("text", OnReplace.NILIFY).errors())
                .singleElement()
                .satisfies(error -> assertThat(error.parameters()).containsEntry("type", "map"));
    }

    @Test
    void errorsOfOneAreAMap() {
        Changeset<Book> changeset = written(Map.of("id", 7, "name", " "), OnReplace.RAISE);
        assertThat(changeset.traverseErrors(FieldError::text))
                .isEqualTo(Map.of("writer", Map.of("name", List.of("can't be blank"))));
    }

    // -- put

    @Test
    void entitiesAndChangesetsArePut() {
        Book book = book();
        Page known = book.leaves.get(0);
        Changeset<Book> changeset = Changeset.change(book)
                .putAssoc(
                        "leaves",
                        List.of(
                                Changeset.change(known, Map.of("text", "changed")),
                                book.leaves.get(1),
                                new Page(null, "new")));
        assertThat(children(changeset))
                .extracting(Changeset::action)
                .containsExactly(Action.UPDATE, Action.UPDATE, Action.INSERT);
        assertThat(changeset.applyChanges().leaves)
                .extracting(page -> page.text)
                .containsExactly("changed", "two", "new");
        assertThat(known.text).isEqualTo("one");
    }

    @Test
    void puttingThePresentOnesChangesNothing() {
        Book book = book();
        assertThat(Changeset.change(book).putAssoc("leaves", book.leaves).changes())
                .isEmpty();
        assertThat(Changeset.change(book).putAssoc("writer", book.writer).changes())
                .isEmpty();
        assertThat(Changeset.change(book)
                        .putAssoc("writer", new Writer(7L, "ann"))
                        .changes())
                .isEmpty();
    }

    @Test
    void whatIsOfAnotherKindIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Changeset.change(book()).putAssoc("writer", new Page()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Changeset.change(book()).putAssoc("leaves", new Page()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Changeset.change(book()).putAssoc("title", "x"));
    }

    @Test
    void anUnsavedEntityWithAPrimitiveKeyIsNew() {
        Changeset<Book> changeset = Changeset.change(new Book()).putAssoc("publisher", new Publisher());
        assertThat(((Changeset<?>) changeset.changes().get("publisher")).action())
                .isEqualTo(Action.INSERT);
    }

    @Test
    void aChildThatGoesIsNotSeenAnyMore() {
        Book book = book();
        book.receipt = new Receipt();
        book.receipt.id = 3L;
        Changeset<Book> changeset = Changeset.change(book)
                .putAssoc("receipt", Changeset.change(book.receipt).withAction(Action.DELETE))
                .putAssoc(
                        "leaves",
                        List.of(
                                book.leaves.get(0),
                                Changeset.change(book.leaves.get(1)).withAction(Action.DELETE)));
        assertThat(changeset.getAssoc("receipt")).isNull();
        assertThat(changeset.applyChanges().receipt).isNull();
        assertThat(changeset.fieldMissing("receipt")).isTrue();
        assertThat((List<?>) changeset.getAssoc("leaves")).hasSize(1);
        assertThat(changeset.validateRequired("receipt").isValid()).isFalse();
    }

    @Test
    void aSetStaysASet() {
        Writer writer = new Writer(1L, "ann");
        assertThat(Changeset.change(writer)
                        .putAssoc("books", List.of(new Book("x")))
                        .applyChanges()
                        .books)
                .isInstanceOf(Set.class)
                .extracting(book -> book.title)
                .containsExactly("x");
    }

    @Test
    void aSortedSetStaysSorted() {
        assertThat(Changeset.change(new Writer(1L, "ann"))
                        .putAssoc("honours", List.of(new Country("b"), new Country("a")))
                        .applyChanges()
                        .honours)
                .extracting(country -> country.isoCode)
                .containsExactly("a", "b");
    }

    @Test
    void whatIsPutBackTakesTheEarlierChangeBack() {
        Book book = book();
        book.size = new Size(1, 2);
        Changeset<Book> gone = Changeset.change(book)
                .putAssoc("writer", null, OnReplace.DELETE)
                .putAssoc("leaves", List.of(), OnReplace.DELETE)
                .putEmbed("size", null);
        Changeset<Book> back = gone.putAssoc("writer", book.writer, OnReplace.DELETE)
                .putAssoc("leaves", book.leaves, OnReplace.DELETE)
                .putEmbed("size", book.size);
        assertThat(back.changes()).isEmpty();
        assertThat(back.leftOut("writer")).isEmpty();
        assertThat(back.leftOut("leaves")).isEmpty();
        assertThat(gone.deleteChange("leaves").leftOut("leaves")).isEmpty();
        assertThat(gone.putChange("writer", new Writer(8L, "bob")).leftOut("writer"))
                .isEmpty();
        assertThat(gone.merge(Changeset.change(book, Map.of("writer", new Writer(8L, "bob"))))
                        .leftOut("writer"))
                .isEmpty();
    }

    @Test
    void anotherOrderIsAChangeWhereItIsStored() {
        Book book = book();
        book.copies = List.of(new Page(1L, "one"), new Page(2L, "two"));
        assertThat(Changeset.change(book)
                        .putAssoc("copies", List.of(book.copies.get(1), book.copies.get(0)))
                        .changes())
                .containsOnlyKeys("copies");
        assertThat(Changeset.change(book)
                        .putAssoc("copies", List.copyOf(book.copies))
                        .changes())
                .isEmpty();
        assertThat(Changeset.change(book)
                        .putAssoc("leaves", List.of(book.leaves.get(1), book.leaves.get(0)))
                        .changes())
                .isEmpty();
    }

    @Test
    void onlyTheDatabaseKnowsWhetherAKeyThatIsGivenIsNew() {
        Changeset<Book> changeset = Changeset.change(new Book()).putAssoc("firstCountry", new Country("nl"));
        assertThat(((Changeset<?>) changeset.changes().get("firstCountry")).action())
                .isEqualTo(Action.NONE);
    }

    @Test
    void whatCannotBeWrittenIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Changeset.change(book()).putAssoc("helpers", List.of()))
                .withMessage("association: Book.helpers is a map"
                        + " (expected: a list or a set; write what is in it by itself)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Changeset.cast(book(), Map.of()).castAssoc("honoured", ChildrenTest::writer))
                .withMessage("association: Book.honoured (expected: the side that stores it, Writer.honours)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Changeset.change(book()).putAssoc("leaves", Arrays.asList(new Page(), null)))
                .withMessage("leaves: null among others (expected: entities or changesets)");
    }

    // -- embeddables

    @Test
    void anEmbeddableIsChangedInACopy() {
        Book book = book();
        book.size = new Size(1, 2);
        Changeset<Book> changeset =
                Changeset.cast(book, Map.of("size", Map.of("height", "5"))).castEmbed("size", ChildrenTest::size);
        assertThat(changeset.applyChanges().size).returns(5, it -> it.height).returns(2, it -> it.width);
        assertThat(book.size.height).isEqualTo(1);
        assertThat(Changeset.cast(new Book(), Map.of("size", Map.of("width", "x")))
                        .castEmbed("size", ChildrenTest::size)
                        .traverseErrors(FieldError::text))
                .isEqualTo(Map.of("size", Map.of("width", List.of("is invalid"), "height", List.of("can't be blank"))));
    }

    @Test
    void embeddablesArePutAndCastAsAWhole() {
        Book book = book();
        book.sizes = new ArrayList<>(List.of(new Size(1, 1)));
        assertThat(Changeset.cast(book, Map.of("sizes", List.of(Map.of("height", "2"), Map.of("height", "3"))))
                        .castEmbed("sizes", ChildrenTest::size)
                        .applyChanges()
                        .sizes)
                .extracting(size -> size.height)
                .containsExactly(2, 3);
        assertThat(Changeset.change(book).putEmbed("size", new Size(4, 4)).applyChanges().size.height)
                .isEqualTo(4);
        assertThat(Changeset.change(book).putEmbed("sizes", List.of()).applyChanges().sizes)
                .isEmpty();
    }
}
