package dev.facade.changeset;

import static dev.facade.changeset.Constraint.Kind.CHECK;
import static dev.facade.changeset.Constraint.Kind.EXCLUSION;
import static dev.facade.changeset.Constraint.Kind.FOREIGN_KEY;
import static dev.facade.changeset.Constraint.Kind.UNIQUE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.entry;

import dev.facade.changeset.Library.Book;
import dev.facade.changeset.Library.Page;
import dev.facade.changeset.Library.Writer;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Constraints that are declared, and which of them a violation is. */
class ConstraintTest {

    private static final Changeset<Book> BOOK = Changeset.change(new Book());

    private static String name(Changeset<?> changeset) {
        return changeset.constraints().get(0).name();
    }

    @Test
    void namesComeFromTheTableAndTheColumns() {
        assertThat(name(BOOK.uniqueConstraint("title"))).isEqualTo("books_title_index");
        assertThat(name(BOOK.uniqueConstraint("isbn", "lockCount"))).isEqualTo("books_isbn_13_lock_count_index");
        assertThat(name(BOOK.foreignKeyConstraint("writer"))).isEqualTo("books_writer_id_fkey");
        assertThat(name(BOOK.assocConstraint("publisher"))).isEqualTo("books_house_fkey");
        assertThat(name(Changeset.change(new Page()).uniqueConstraint("text"))).isEqualTo("page_text_index");
    }

    @Test
    void aForeignKeysColumnIsCalledAfterTheKeyThatItPointsAt() {
        assertThat(name(BOOK.foreignKeyConstraint("firstCountry"))).isEqualTo("books_first_country_iso_code_fkey");
    }

    @Test
    void whatIsAssociatedIsNamedByTheSideThatStoresIt() {
        assertThat(BOOK.noAssocConstraint("receipt").constraints())
                .containsExactly(new Constraint(
                        FOREIGN_KEY,
                        "receipt_book_id_fkey",
                        Constraint.Match.EXACT,
                        "receipt",
                        "is still associated with this entry"));
        assertThat(BOOK.noAssocConstraint("leaves").constraints().get(0))
                .returns("page_book_id_fkey", Constraint::name)
                .returns("are still associated with this entry", Constraint::message);
        assertThat(name(Changeset.change(new Writer()).noAssocConstraint("books")))
                .isEqualTo("books_writer_id_fkey");
        assertThatIllegalArgumentException().isThrownBy(() -> BOOK.noAssocConstraint("writer"));
    }

    @Test
    void mistakesAreRefusedAtTheDoor() {
        assertThatIllegalArgumentException().isThrownBy(() -> BOOK.uniqueConstraint());
        assertThatIllegalArgumentException().isThrownBy(() -> BOOK.uniqueConstraint("titel"));
        assertThatIllegalArgumentException().isThrownBy(() -> BOOK.assocConstraint("title"));
        assertThatIllegalArgumentException().isThrownBy(() -> BOOK.checkConstraint("title", " "));
        assertThatIllegalStateException().isThrownBy(() -> BOOK.lastConstraint(rule -> rule));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Constraint(UNIQUE, "a(", Constraint.Match.REGEX, "title", "no"))
                .withMessageContaining("name: 'a('");
    }

    @Test
    void aViolationBecomesTheErrorOfItsField() {
        Optional<Changeset<Book>> violated = BOOK.uniqueConstraint("title")
                .checkConstraint("pages", "some_pages")
                .withViolation(CHECK, "some_pages");
        assertThat(violated).hasValueSatisfying(changeset -> {
            assertThat(changeset.isValid()).isFalse();
            assertThat(changeset.errors()).singleElement().satisfies(error -> {
                assertThat(error).returns("pages", FieldError::field).returns("is invalid", FieldError::message);
                assertThat(error.parameters())
                        .containsOnly(entry("constraint", "check"), entry("constraintName", "some_pages"));
            });
        });
    }

    @Test
    void eachKindHasItsMessage() {
        assertThat(BOOK.uniqueConstraint("title").constraints().get(0).message())
                .isEqualTo("has already been taken");
        assertThat(BOOK.foreignKeyConstraint("writer").constraints().get(0).message())
                .isEqualTo("does not exist");
        assertThat(BOOK.exclusionConstraint("title", "x").constraints().get(0))
                .returns("violates an exclusion constraint", Constraint::message)
                .returns(EXCLUSION, Constraint::kind);
    }

    @Test
    void nameMessageAndFieldCanBeOthers() {
        Changeset<Book> changeset = BOOK.uniqueConstraint("title", "isbn")
                .lastConstraint(rule -> rule.named("mine").saying("is there").on("isbn"));
        assertThat(changeset.withViolation(UNIQUE, "mine").orElseThrow().errors())
                .singleElement()
                .returns("isbn", FieldError::field)
                .returns("is there", FieldError::message);
    }

    @Test
    void kindAndNameMustFit() {
        Changeset<Book> changeset = BOOK.uniqueConstraint("title");
        assertThat(changeset.withViolation(FOREIGN_KEY, "books_title_index")).isEmpty();
        assertThat(changeset.withViolation(UNIQUE, "books_isbn_index")).isEmpty();
        assertThat(changeset.withViolation(UNIQUE, "BOOKS_TITLE_INDEX")).isPresent();
        assertThat(BOOK.withViolation(UNIQUE, "books_title_index")).isEmpty();
    }

    @Test
    void namesAreComparedAsItIsSaid() {
        Map.of(
                        Constraint.Match.PREFIX, "books_title",
                        Constraint.Match.SUFFIX, "title_index",
                        Constraint.Match.REGEX, "^books_.*_index$")
                .forEach((match, name) -> {
                    Changeset<Book> changeset = BOOK.uniqueConstraint("title")
                            .lastConstraint(
                                    rule -> new Constraint(rule.kind(), name, match, rule.field(), rule.message()));
                    assertThat(changeset.withViolation(UNIQUE, "books_title_index"))
                            .as(name)
                            .isPresent();
                    assertThat(changeset.withViolation(UNIQUE, "x_title_y"))
                            .as(name)
                            .isEmpty();
                });
    }
}
