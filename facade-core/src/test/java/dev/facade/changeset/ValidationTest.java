package dev.facade.changeset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.entry;

import dev.facade.changeset.Changeset.Comparison;
import dev.facade.changeset.Changeset.Length;
import dev.facade.changeset.Library.Book;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is checked without a database, and what is said. */
class ValidationTest {

    private static Changeset<Book> with(String field, Object value) {
        return Changeset.change(new Book()).forceChange(field, value);
    }

    private static List<String> errors(Changeset<?> changeset) {
        return changeset.errors().stream().map(FieldError::toString).toList();
    }

    @Test
    void requiredFieldsAreThoseOfTheChangesOrTheEntity() {
        assertThat(Changeset.change(new Book("a")).validateRequired("title").isValid())
                .isTrue();
        Changeset<Book> changeset = with("title", "  ").validateRequired("title", "isbn", "leaves");
        assertThat(errors(changeset))
                .containsExactly("title can't be blank", "isbn can't be blank", "leaves can't be blank");
        assertThat(changeset.errors().get(0).parameters()).containsExactly(entry("validation", "required"));
        assertThat(changeset.required()).containsExactly("title", "isbn", "leaves");
        assertThat(changeset.changed("title")).isFalse();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> changeset.validateRequired("titel"))
                .withMessageContaining("did you mean title?");
    }

    @Test
    void aFieldWithAnErrorIsNotAlsoBlank() {
        assertThat(errors(Changeset.cast(new Book(), Map.of("views", "x"), "views")
                        .validateRequired("views")))
                .containsExactly("views is invalid");
    }

    @Test
    void theFormatIsFoundAnywhereInTheText() {
        assertThat(with("title", "a@b")
                        .validateFormat("title", Pattern.compile("@"))
                        .isValid())
                .isTrue();
        Changeset<Book> changeset = with("title", "ab").validateFormat("title", Pattern.compile("@"));
        assertThat(errors(changeset)).containsExactly("title has invalid format");
        assertThat(changeset.errors().get(0).parameters()).containsExactly(entry("validation", "format"));
        assertThat(errors(with("title", "ab").validateFormat("title", Pattern.compile("@"), "needs an @")))
                .containsExactly("title needs an @");
    }

    @Test
    void valuesAreIncludedExcludedOrSubsets() {
        assertThat(errors(with("title", "c").validateInclusion("title", List.of("a", "b"))))
                .containsExactly("title is invalid");
        assertThat(with("title", "a")
                        .validateInclusion("title", List.of("a", "b"))
                        .isValid())
                .isTrue();
        assertThat(errors(with("title", "a").validateExclusion("title", Set.of("a"))))
                .containsExactly("title is reserved");
        assertThat(with("title", "b").validateExclusion("title", Set.of("a")).isValid())
                .isTrue();
        assertThat(errors(with("scores", Set.of(1, 3)).validateSubset("scores", Set.of(1, 2))))
                .containsExactly("scores has an invalid entry");
        assertThat(with("scores", Set.of(1))
                        .validateSubset("scores", Set.of(1, 2))
                        .isValid())
                .isTrue();
    }

    @Test
    void theValuesOfACheckAreCopied() {
        List<String> values = new ArrayList<>(List.of("a"));
        Changeset<Book> changeset = with("title", "c").validateInclusion("title", values);
        values.add("c");
        assertThat(changeset.errors().get(0).parameters()).containsEntry("enum", List.of("a"));
        assertThat(changeset.validations().get("title").get(0).getValue()).containsEntry("enum", List.of("a"));
    }

    @ParameterizedTest
    @CsvSource({
        "abcd, 3, , , should be 3 character(s)",
        "ab, , 3, , should be at least 3 character(s)",
        "abcd, , , 3, should be at most 3 character(s)",
        "abc, 3, 3, 3, "
    })
    void lengthsOfTextAreSaidInCharacters(String text, Integer is, Integer min, Integer max, String expected) {
        Length rule = new Length(is, min, max, Length.Count.CHARACTERS, null);
        assertThat(errors(with("title", text).validateLength("title", rule)))
                .isEqualTo(expected == null ? List.of() : List.of("title " + expected));
    }

    @Test
    void theTemplateStaysApartFromItsParameters() {
        FieldError error = with("title", "ab")
                .validateLength("title", Length.atLeast(3))
                .errors()
                .get(0);
        assertThat(error.message()).isEqualTo("should be at least %{count} character(s)");
        assertThat(error.parameters())
                .containsOnly(
                        entry("count", 3),
                        entry("validation", "length"),
                        entry("kind", "min"),
                        entry("type", "string"));
        assertThat(error.text()).isEqualTo("should be at least 3 character(s)");
    }

    @Test
    void aParameterIsNotTakenForATemplate() {
        Map<String, Object> parameters = new java.util.LinkedHashMap<>();
        parameters.put("name", "%{secret}");
        parameters.put("secret", "x");
        assertThat(new FieldError("a", "is %{name}, not %{other}", parameters).text())
                .isEqualTo("is %{secret}, not %{other}");
    }

    @Test
    void charactersAreCodePointsAndBytesAreUtf8() {
        assertThat(with("title", "a😀").validateLength("title", Length.is(2)).isValid())
                .isTrue();
        assertThat(errors(with("title", "é")
                        .validateLength("title", Length.atMost(1).inBytes())))
                .containsExactly("title should be at most 1 byte(s)");
    }

    @Test
    void collectionsAndArraysHaveItems() {
        assertThat(errors(with("scores", Set.of(1)).validateLength("scores", Length.between(2, 3))))
                .containsExactly("scores should have at least 2 item(s)");
        assertThat(errors(with("cover", new byte[4]).validateLength("cover", Length.atMost(3))))
                .containsExactly("cover should have at most 3 item(s)");
        assertThat(errors(
                        with("title", "a").validateLength("title", Length.is(2).saying("too short"))))
                .containsExactly("title too short");
        assertThatIllegalArgumentException().isThrownBy(() -> with("pages", 3).validateLength("pages", Length.is(2)));
    }

    @ParameterizedTest
    @CsvSource({
        "LESS_THAN, 3, must be less than 3",
        "GREATER_THAN, 3, must be greater than 3",
        "AT_MOST, 2, must be less than or equal to 2",
        "AT_LEAST, 4, must be greater than or equal to 4",
        "EQUAL_TO, 4, must be equal to 4",
        "NOT_EQUAL_TO, 3, must be not equal to 3"
    })
    void numbersAreCompared(Comparison comparison, int bound, String expected) {
        Changeset<Book> changeset = with("views", 3L).validateNumber("views", comparison, bound);
        assertThat(errors(changeset)).containsExactly("views " + expected);
        assertThat(changeset.errors().get(0).message()).endsWith("%{number}");
        assertThat(changeset.errors().get(0).parameters())
                .containsEntry("number", bound)
                .containsEntry("validation", "number")
                .containsKey("kind");
    }

    @Test
    void numbersOfAllKindsAreComparedByValue() {
        assertThat(with("price", new BigDecimal("1.10"))
                        .validateNumber("price", Comparison.EQUAL_TO, new BigDecimal("1.1"))
                        .isValid())
                .isTrue();
        assertThat(with("rating", 0.1)
                        .validateNumber("rating", Comparison.GREATER_THAN, 0)
                        .isValid())
                .isTrue();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> with("title", "a").validateNumber("title", Comparison.EQUAL_TO, 1));
    }

    @Test
    void notANumberComparesWithNothing() {
        assertThat(errors(with("rating", Double.NaN).validateNumber("rating", Comparison.GREATER_THAN, 0)))
                .containsExactly("rating must be greater than 0");
        assertThat(errors(with("rating", Double.POSITIVE_INFINITY).validateNumber("rating", Comparison.AT_MOST, 5)))
                .containsExactly("rating must be less than or equal to 5");
    }

    @Test
    void theConfirmationMustBeTheSame() {
        Changeset<Book> same = Changeset.cast(new Book(), Map.of("title", "a", "titleConfirmation", "a"), "title");
        assertThat(same.validateConfirmation("title").isValid()).isTrue();
        Changeset<Book> other = Changeset.cast(new Book(), Map.of("title", "a", "titleConfirmation", "b"), "title");
        assertThat(errors(other.validateConfirmation("title")))
                .containsExactly("titleConfirmation does not match confirmation");
        assertThat(Changeset.cast(new Book(), Map.of("title", "a"), "title")
                        .validateConfirmation("title")
                        .isValid())
                .isTrue();
    }

    @Test
    void aMissingValueIsNotConfirmedByTheWordNull() {
        assertThat(Changeset.cast(new Book(), Map.of("titleConfirmation", "null"), "title")
                        .validateConfirmation("title")
                        .isValid())
                .isFalse();
    }

    @Test
    void acceptanceMustBeSaid() {
        assertThat(Changeset.cast(new Book(), Map.of("terms", "true"))
                        .validateAcceptance("terms")
                        .isValid())
                .isTrue();
        assertThat(Changeset.cast(new Book(), Map.of("terms", true))
                        .validateAcceptance("terms")
                        .isValid())
                .isTrue();
        assertThat(errors(Changeset.cast(new Book(), Map.of("terms", "no")).validateAcceptance("terms")))
                .containsExactly("terms must be accepted");
        assertThat(errors(Changeset.cast(new Book(), Map.of("title", "a"), "title")
                        .validateAcceptance("terms")))
                .containsExactly("terms must be accepted");
    }

    @Test
    void anEmptyFormAcceptsNothing() {
        assertThat(errors(Changeset.cast(new Book(), Map.of()).validateAcceptance("terms")))
                .containsExactly("terms must be accepted");
        assertThat(Changeset.change(new Book()).validateAcceptance("terms").isValid())
                .isTrue();
    }

    @Test
    void anythingCanBeChecked() {
        Changeset<Book> changeset = with("title", "ab")
                .validateChange("title", "even", value -> Optional.of("is odd").filter(odd -> value.equals("ab")));
        assertThat(errors(changeset)).containsExactly("title is odd");
        assertThat(changeset.errors().get(0).parameters()).containsExactly(entry("validation", "even"));
    }

    @Test
    void onlyChangesAreChecked() {
        AtomicInteger calls = new AtomicInteger();
        Changeset.change(new Book("a")).validateChange("title", "none", value -> {
            calls.incrementAndGet();
            return Optional.of("no");
        });
        Changeset.change(new Book("a"), java.util.Collections.singletonMap("title", null))
                .validateChange("title", "none", value -> {
                    calls.incrementAndGet();
                    return Optional.of("no");
                });
        assertThat(calls).hasValue(0);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Changeset.change(new Book()).validateChange("no", "x", value -> Optional.empty()));
    }

    @Test
    void everyMessageCanBeAnother() {
        assertThat(errors(with("title", "c").validateInclusion("title", List.of("a"), "not in the list")))
                .containsExactly("title not in the list");
        assertThat(errors(with("title", "a").validateExclusion("title", List.of("a"), "not this")))
                .containsExactly("title not this");
        assertThat(errors(with("scores", Set.of(3)).validateSubset("scores", List.of(1), "not these")))
                .containsExactly("scores not these");
        assertThat(errors(with("views", 3L).validateNumber("views", Comparison.LESS_THAN, 3, "below %{number}")))
                .containsExactly("views below 3");
        assertThat(errors(Changeset.change(new Book()).validateRequired(List.of("title"), "must be said")))
                .containsExactly("title must be said");
        assertThat(errors(Changeset.cast(new Book(), Map.of("title", "a", "titleConfirmation", "b"), "title")
                        .validateConfirmation("title", "differs")))
                .containsExactly("titleConfirmation differs");
        assertThat(errors(Changeset.cast(new Book(), Map.of()).validateAcceptance("terms", "please")))
                .containsExactly("terms please");
    }

    @Test
    void theChecksAreTold() {
        Changeset<Book> changeset = with("title", "abc")
                .validateLength("title", Length.between(1, 5))
                .validateFormat("title", Pattern.compile("a"))
                .validateNumber("pages", Comparison.AT_LEAST, 1);
        assertThat(changeset.validations().get("title"))
                .extracting(Map.Entry::getKey)
                .containsExactly("length", "format");
        assertThat(changeset.validations().get("title").get(0).getValue())
                .containsEntry("min", 1)
                .containsEntry("max", 5);
        assertThat(changeset.traverseValidations((name, parameters) -> name))
                .isEqualTo(Map.of("title", List.of("length", "format"), "pages", List.of("number")));
    }

    @Test
    void withoutAValidatorNoAnnotationIsChecked() {
        assertThat(Changeset.change(new Book()).validate().isValid()).isTrue();
    }
}
