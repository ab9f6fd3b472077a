package dev.facade.changeset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.entry;

import dev.facade.changeset.Changeset.Action;
import dev.facade.changeset.Library.Book;
import dev.facade.changeset.Library.Spot;
import java.math.BigDecimal;
import java.sql.Timestamp;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Changes of a changeset, and what is read from it. */
class ChangeTest {

    private static Book book() {
        Book book = new Book("a");
        book.id = 1L;
        book.pages = 10;
        return book;
    }

    @Test
    void aStepReturnsACopyAndLeavesTheRestAsItWas() {
        Book book = book();
        Changeset<Book> before = Changeset.change(book);
        Changeset<Book> after = before.putChange("title", "b").addError("title", "no");
        assertThat(before.changes()).isEmpty();
        assertThat(before.isValid()).isTrue();
        assertThat(after.changes()).containsExactly(entry("title", "b"));
        assertThat(after.isValid()).isFalse();
        assertThat(after.data()).isSameAs(book);
        assertThat(book.title).isEqualTo("a");
    }

    @Test
    void whatIsHandedOutCannotBeChanged() {
        Changeset<Book> changeset = Changeset.cast(book(), Map.of("title", "b"), "title");
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> changeset.changes().put("title", "c"));
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> changeset.params().clear());
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> changeset.required().add("title"));
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> changeset.errors().add(new FieldError("a", "b", Map.of())));
    }

    @Test
    void elementsAreComparedByWhatIsStoredOfThem() {
        Book book = book();
        book.prices.addAll(List.of(new BigDecimal("1.50"), BigDecimal.TEN));
        book.steps.addAll(List.of("a", "b"));
        book.scores.addAll(List.of(1, 2));
        assertThat(Changeset.change(
                                book,
                                Map.of(
                                        "prices", List.of(BigDecimal.TEN, new BigDecimal("1.5")),
                                        "steps", List.of("a", "b"),
                                        "scores", Set.of(2, 1)))
                        .changes())
                .isEmpty();
        assertThat(Changeset.change(
                                book,
                                Map.of(
                                        "prices", List.of(BigDecimal.TEN, BigDecimal.TEN),
                                        "steps", List.of("b", "a"),
                                        "scores", Set.of(1)))
                        .changes())
                .containsOnlyKeys("prices", "steps", "scores");
    }

    @Test
    void momentsAreComparedByTheirTimes() {
        Book book = book();
        book.sold = Timestamp.valueOf("2001-09-09 01:46:40.123");
        Changeset<Book> same = Changeset.change(book, Map.of("sold", new Date(book.sold.getTime())));
        assertThat(same.changes()).isEmpty();
        assertThat(Changeset.change(book, Map.of("sold", Timestamp.valueOf("2001-09-09 01:46:40.123001")))
                        .changes())
                .containsOnlyKeys("sold");
    }

    @Test
    void puttingThePresentValueTakesAChangeBack() {
        Changeset<Book> changed = Changeset.change(book(), Map.of("title", "b"));
        assertThat(changed.putChange("title", "a").changes()).isEmpty();
        assertThat(changed.forceChange("title", "a").changes()).containsExactly(entry("title", "a"));
        assertThat(changed.deleteChange("title").changes()).isEmpty();
    }

    @Test
    void decimalsAndArraysAreComparedByValue() {
        Book book = book();
        book.price = new BigDecimal("1.50");
        book.cover = new byte[] {1, 2};
        assertThat(Changeset.change(book, Map.of("price", new BigDecimal("1.5"), "cover", new byte[] {1, 2}))
                        .changes())
                .isEmpty();
    }

    @Test
    void onlyAChangeIsUpdated() {
        Changeset<Book> changeset = Changeset.change(book());
        assertThat(changeset.updateChange("title", value -> value + "!")).isSameAs(changeset);
        assertThat(changeset
                        .putChange("title", "b")
                        .updateChange("title", value -> value + "!")
                        .changes())
                .containsExactly(entry("title", "b!"));
    }

    @Test
    void fieldsAreReadFromTheChangesFirst() {
        Changeset<Book> changeset = Changeset.change(book(), Map.of("title", "b"));
        assertThat(changeset.getField("title")).isEqualTo("b");
        assertThat(changeset.getField("pages")).isEqualTo(10);
        assertThat(changeset.getChange("title")).contains("b");
        assertThat(changeset.getChange("pages")).isEmpty();
        assertThat(changeset.changed("title")).isTrue();
        assertThat(changeset.changed("title", "a", "b")).isTrue();
        assertThat(changeset.changed("title", "x", "b")).isFalse();
        assertThat(changeset.changed("title", "a", "x")).isFalse();
        assertThat(changeset.changed("pages")).isFalse();
    }

    @Test
    void aChangeToNullIsAChange() {
        Changeset<Book> changeset = Changeset.change(book(), Collections.singletonMap("title", null));
        assertThat(changeset.changed("title")).isTrue();
        assertThat(changeset.getField("title")).isNull();
        assertThat(changeset.fieldMissing("title")).isTrue();
        assertThat(changeset.fieldMissing("pages")).isFalse();
        assertThat(changeset.putChange("title", " ").fieldMissing("title")).isTrue();
    }

    @Test
    void unknownFieldsAndWrongTypesAreMistakesOfTheProgram() {
        Changeset<Book> changeset = Changeset.change(book());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> changeset.putChange("titel", "b"))
                .withMessageContaining("did you mean title?");
        assertThatIllegalArgumentException().isThrownBy(() -> changeset.getField("none"));
        assertThatIllegalArgumentException().isThrownBy(() -> changeset.deleteChange("none"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> changeset.putChange("title", 5))
                .withMessageContaining("java.lang.String");
        assertThatIllegalArgumentException().isThrownBy(() -> changeset.putChange("pages", null));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> changeset.putChange("leaves", List.of()))
                .withMessageContaining("putAssoc");
    }

    @Test
    void aPlainObjectCanBeChangedToo() {
        assertThat(Changeset.change(new Plain(), Map.of("name", "x")).applyChanges().name)
                .isEqualTo("x");
    }

    static class Plain {
        String name;
    }

    // -- merge

    @Test
    void mergingTakesEverythingAndTheOthersChangesWin() {
        Book book = book();
        Changeset<Book> left = Changeset.cast(book, Map.of("title", "b"), "title")
                .validateRequired("isbn")
                .uniqueConstraint("isbn");
        Changeset<Book> right = Changeset.cast(book, Map.of("title", "c", "pages", "7"), "title", "pages")
                .validateRequired("isbn")
                .checkConstraint("pages", "pages_positive")
                .withAction(Action.UPDATE);
        Changeset<Book> merged = left.merge(right);
        assertThat(merged.changes()).containsOnly(entry("title", "c"), entry("pages", 7));
        assertThat(merged.errors()).hasSize(1);
        assertThat(merged.required()).isEqualTo(Set.of("isbn"));
        assertThat(merged.constraints())
                .extracting(Constraint::name)
                .containsExactly("books_isbn_13_index", "pages_positive");
        assertThat(merged.action()).isEqualTo(Action.UPDATE);
    }

    @Test
    void onlyChangesetsOfTheSameEntityAndActionMerge() {
        Book book = book();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Changeset.change(book).merge(Changeset.change(book())));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Changeset.change(book)
                        .withAction(Action.INSERT)
                        .merge(Changeset.change(book).withAction(Action.DELETE)));
    }

    // -- applying

    @Test
    void applyingMakesAChangedShallowCopy() {
        Book book = book();
        Book applied = Changeset.change(book, Map.of("title", "b"))
                .addError("title", "no")
                .applyChanges();
        assertThat(applied).isNotSameAs(book).returns("b", it -> it.title).returns(1L, it -> it.id);
        assertThat(applied.scores).isSameAs(book.scores);
        assertThat(book.title).isEqualTo("a");
    }

    @Test
    void anActionIsAppliedOnlyIfValid() {
        Result<Book> ok = Changeset.change(book(), Map.of("title", "b")).applyAction(Action.UPDATE);
        assertThat(ok.isOk()).isTrue();
        assertThat(ok.orElseThrow().title).isEqualTo("b");
        assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(ok::changeset);
        Result<Book> invalid = Changeset.change(book()).addError("title", "no").applyAction(Action.INSERT);
        assertThat(invalid.isOk()).isFalse();
        assertThat(invalid.changeset().action()).isEqualTo(Action.INSERT);
        assertThatExceptionOfType(InvalidChangesetException.class)
                .isThrownBy(invalid::orElseThrow)
                .withMessageContaining("cannot insert Book")
                .withMessageContaining("title=[no]")
                .satisfies(failure -> assertThat(failure.changeset()).isSameAs(invalid.changeset()));
    }

    @Test
    void aRecordIsReplacedAsAWhole() {
        Book book = book();
        book.spot = new Spot("hall", 1);
        Book applied = Changeset.cast(book, Map.of("spot", Map.of("number", "2")))
                .castEmbed("spot", (Spot spot, Map<String, ?> params) -> Changeset.cast(spot, params, "room", "number"))
                .applyChanges();
        assertThat(applied.spot).isEqualTo(new Spot("hall", 2));
        assertThat(Changeset.change(new Book())
                        .putEmbed("spot", new Spot("x", 3))
                        .applyChanges()
                        .spot)
                .isEqualTo(new Spot("x", 3));
        assertThat(Changeset.cast(new Book(), Map.of("spot", Map.of("room", "y")))
                        .castEmbed("spot", (Spot spot, Map<String, ?> params) -> Changeset.cast(spot, params, "room"))
                        .applyChanges()
                        .spot)
                .isEqualTo(new Spot("y", 0));
    }

    // -- what happens when it is written

    @Test
    void preparationsRunInTheirOrderAndOnce() {
        Changeset<Book> prepared = Changeset.change(book())
                .prepareChanges(changeset -> changeset.putChange("title", "b"))
                .prepareChanges(changeset -> changeset.putChange("title", changeset.getField("title") + "c"));
        assertThat(prepared.isPrepared()).isTrue();
        assertThat(prepared.changes()).isEmpty();
        assertThat(prepared.prepared().getField("title")).isEqualTo("bc");
        assertThat(prepared.prepared().isPrepared()).isFalse();
    }

    @Test
    void aLockedFieldIsCountedUp() {
        Book book = book();
        book.lockCount = 4L;
        Changeset<Book> locked = Changeset.change(book).optimisticLock("lockCount");
        assertThat(locked.lockField()).contains("lockCount");
        assertThat(locked.locked().changes()).containsExactly(entry("lockCount", 5L));
        book.lockCount = (long) Integer.MAX_VALUE;
        assertThat(locked.locked().changes()).containsExactly(entry("lockCount", 1L));
        assertThat(Changeset.change(book).locked().changes()).isEmpty();
    }

    @Test
    void aLockedFieldWithoutAValueBeginsWithOneInItsOwnType() {
        assertThat(Changeset.change(book()).optimisticLock("lockCount").locked().changes())
                .containsExactly(entry("lockCount", 1L));
        assertThat(Changeset.change(book())
                        .optimisticLock("shortCount")
                        .locked()
                        .changes())
                .containsExactly(entry("shortCount", (short) 1));
        assertThat(Changeset.change(book())
                        .optimisticLock("title", value -> value + "+")
                        .locked()
                        .changes())
                .containsExactly(entry("title", "a+"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Changeset.change(book()).optimisticLock("title"))
                .withMessageContaining("title");
    }
}
