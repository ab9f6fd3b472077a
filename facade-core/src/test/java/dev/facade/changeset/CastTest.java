package dev.facade.changeset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.entry;

import dev.facade.changeset.Library.Binding;
import dev.facade.changeset.Library.Book;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Values from outside become changes, or errors of their fields. */
class CastTest {

    private static Changeset<Book> one(String field, Object value) {
        return Changeset.cast(new Book(), Collections.singletonMap(field, value), field);
    }

    static Stream<Arguments> conversions() {
        UUID code = UUID.fromString("123e4567-e89b-12d3-a456-426614174000");
        return Stream.of(
                Arguments.of("title", " a ", " a "),
                Arguments.of("pages", "12", 12),
                Arguments.of("pages", 12L, 12),
                Arguments.of("pages", new BigDecimal("12.0"), 12),
                Arguments.of("pages", " 12 ", 12),
                Arguments.of("shelf", "-7", (byte) -7),
                Arguments.of("row", "300", (short) 300),
                Arguments.of("views", "9223372036854775807", Long.MAX_VALUE),
                Arguments.of("views", 5, 5L),
                Arguments.of("weight", "1.5", 1.5f),
                Arguments.of("rating", "1e3", 1000.0),
                Arguments.of("rating", 2, 2.0),
                Arguments.of("price", "12.50", new BigDecimal("12.50")),
                Arguments.of("price", 3, new BigDecimal("3")),
                Arguments.of("serial", "123456789012345678901", new BigInteger("123456789012345678901")),
                Arguments.of("lent", "true", true),
                Arguments.of("lent", "1", true),
                Arguments.of("signed", "false", false),
                Arguments.of("signed", "0", false),
                Arguments.of("grade", "A", 'A'),
                Arguments.of("binding", "SOFT", Binding.SOFT),
                Arguments.of("binding", Binding.HARD, Binding.HARD),
                Arguments.of("code", code.toString(), code),
                Arguments.of("published", "2024-02-29", LocalDate.of(2024, 2, 29)),
                Arguments.of("opens", "09:30", LocalTime.of(9, 30)),
                Arguments.of("printed", "2024-02-29T09:30", LocalDateTime.of(2024, 2, 29, 9, 30)),
                Arguments.of("bought", "2024-02-29T09:30+01:00", OffsetDateTime.parse("2024-02-29T09:30+01:00")),
                Arguments.of("read", "2024-02-29T09:30+01:00", ZonedDateTime.parse("2024-02-29T09:30+01:00")),
                Arguments.of("seen", "2024-02-29T09:30:00Z", Instant.parse("2024-02-29T09:30:00Z")),
                Arguments.of("loan", "P2D", Duration.ofDays(2)),
                Arguments.of("since", "1999", Year.of(1999)),
                Arguments.of("issue", "1999-12", YearMonth.of(1999, 12)),
                Arguments.of("scores", List.of("1", 2), Set.of(1, 2)));
    }

    @ParameterizedTest
    @MethodSource("conversions")
    void aValueIsConvertedToTheFieldsType(String field, Object raw, Object expected) {
        Changeset<Book> changeset = one(field, raw);
        assertThat(changeset.errors()).isEmpty();
        assertThat(changeset.getField(field)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "pages, x",
        "pages, 1.5",
        "pages, 2147483648",
        "pages, 0x10",
        "shelf, 300",
        "rating, NaN",
        "rating, Infinity",
        "rating, 1e999",
        "rating, 1d",
        "rating, 0x1p3",
        "weight, 1e99",
        "weight, NaN",
        "price, 1;2",
        "lent, perhaps",
        "grade, AB",
        "binding, PAPER",
        "binding, soft",
        "code, 1-1-1-1-1",
        "published, 2023-02-29",
        "printed, yesterday",
        "seen, 12",
        "loan, long",
        "cover, text",
        "scores, 1"
    })
    void whatDoesNotFitIsAnErrorOfTheField(String field, String raw) {
        Changeset<Book> changeset = one(field, raw);
        assertThat(changeset.isValid()).isFalse();
        assertThat(changeset.changed(field)).isFalse();
        FieldError error = changeset.errors().get(0);
        assertThat(error).returns(field, FieldError::field).returns("is invalid", FieldError::message);
        assertThat(error.parameters()).containsEntry("validation", "cast").containsKey("type");
    }

    @Test
    void anErrorNamesTheTypeThatWasWanted() {
        assertThat(one("views", "x").errors().get(0).parameters()).contains(entry("type", "Long"));
    }

    @Test
    void wrongKindsOfValuesAreErrorsToo() {
        assertThat(one("title", 5).isValid()).isFalse();
        assertThat(one("title", Map.of("a", 1)).isValid()).isFalse();
        assertThat(one("pages", true).isValid()).isFalse();
        assertThat(one("pages", List.of(1)).isValid()).isFalse();
        assertThat(one("pages", 1.5).isValid()).isFalse();
        assertThat(one("pages", Double.NaN).isValid()).isFalse();
        assertThat(one("pages", Double.POSITIVE_INFINITY).isValid()).isFalse();
        assertThat(one("rating", Double.NaN).isValid()).isFalse();
        assertThat(one("rating", Float.POSITIVE_INFINITY).isValid()).isFalse();
        assertThat(one("scores", List.of("x")).isValid()).isFalse();
        assertThat(one("binding", 0).isValid()).isFalse();
    }

    @Test
    @Timeout(10)
    void aNumberOfAMillionDigitsIsRefusedBeforeItIsWrittenOut() {
        assertThat(one("pages", new BigDecimal("1e999999999")).isValid()).isFalse();
        assertThat(one("views", "1e999999999").isValid()).isFalse();
        assertThat(one("serial", new BigDecimal("1e999999999")).isValid()).isFalse();
        assertThat(one("pages", new BigDecimal("1e-999999999")).isValid()).isFalse();
        assertThat(one("serial", "9".repeat(1_000_000)).isValid()).isFalse();
        assertThat(one("price", "9".repeat(1_000_000)).isValid()).isFalse();
    }

    @Test
    void aPrimitiveCannotBecomeNull() {
        assertThat(one("pages", null).errors()).singleElement().returns("is invalid", FieldError::message);
        assertThat(one("pages", "").isValid()).isFalse();
    }

    @Test
    void onlyPermittedFieldsAreTaken() {
        Changeset<Book> changeset = Changeset.cast(new Book(), Map.of("title", "a", "isbn", "b", "no", 1), "title");
        assertThat(changeset.changes()).containsExactly(entry("title", "a"));
        assertThat(changeset.params()).containsOnlyKeys("title", "isbn", "no");
    }

    @Test
    void aPermittedFieldThatDoesNotExistIsRefusedWithTheNearestOne() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Changeset.cast(new Book(), Map.of(), "titel"))
                .withMessageContaining("Book.titel")
                .withMessageContaining("did you mean title?");
    }

    @Test
    void anAssociationIsNotCast() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Changeset.cast(new Book(), Map.of(), "writer"))
                .withMessageContaining("castAssoc");
        assertThatIllegalArgumentException().isThrownBy(() -> Changeset.cast(new Book(), Map.of(), "leaves"));
        assertThatIllegalArgumentException().isThrownBy(() -> Changeset.cast(new Book(), Map.of(), "size"));
        assertThatIllegalArgumentException().isThrownBy(() -> Changeset.cast(new Book(), Map.of(), "sizes"));
    }

    @Test
    void blankTextBecomesNull() {
        assertThat(Changeset.cast(new Book("a"), Map.of("title", "  "), "title").changes())
                .isEqualTo(Collections.singletonMap("title", null));
        assertThat(Changeset.cast(new Book(), Map.of("title", ""), "title").changes())
                .isEmpty();
    }

    @Test
    void emptyValuesCanBeOthers() {
        Changeset<Book> changeset = Changeset.cast(
                new Book("a"), Map.of("title", "", "isbn", "-"), Cast.defaults().emptyValues("-"), "title", "isbn");
        assertThat(changeset.changes()).containsExactly(entry("title", ""));
    }

    @Test
    void textIsTrimmedOnlyIfAsked() {
        Cast trimming = Cast.defaults().trim();
        assertThat(Changeset.cast(new Book(), Map.of("title", " a "), trimming, "title")
                        .getField("title"))
                .isEqualTo("a");
        assertThat(Changeset.cast(new Book("a"), Map.of("title", " a "), trimming, "title")
                        .changes())
                .isEmpty();
    }

    @Test
    void aValueEqualToThePresentOneIsNoChangeUnlessForced() {
        Book book = new Book("a");
        book.price = new BigDecimal("1.50");
        Map<String, String> params = Map.of("title", "a", "price", "1.5");
        assertThat(Changeset.cast(book, params, "title", "price").changes()).isEmpty();
        assertThat(Changeset.cast(book, params, Cast.defaults().forceChanges(), "title", "price")
                        .changes())
                .containsOnlyKeys("title", "price");
    }

    @Test
    void theMessageCanBeAnother() {
        assertThat(Changeset.cast(
                                new Book(),
                                Map.of("pages", "x"),
                                Cast.defaults().saying("not so"),
                                "pages")
                        .errors())
                .singleElement()
                .returns("not so", FieldError::message);
    }

    @Test
    void aSecondCastAddsToTheFirst() {
        Changeset<Book> changeset =
                Changeset.cast(new Book(), Map.of("title", "a"), "title").cast(Map.of("pages", "3"), "pages");
        assertThat(changeset.changes()).containsOnlyKeys("title", "pages");
        assertThat(changeset.params()).containsOnlyKeys("title", "pages");
    }

    @Test
    void whatCameFromOutsideIsCopied() {
        Map<String, Object> params = new HashMap<>(Map.of("title", "a"));
        Changeset<Book> changeset = Changeset.cast(new Book(), params, "title");
        params.put("title", "b");
        assertThat(changeset.params()).containsEntry("title", "a");
        assertThat(changeset.getField("title")).isEqualTo("a");
    }

    @Test
    void whatIsInACollectionOrAMapFitsToo() {
        Changeset<Book> changeset = Changeset.cast(
                new Book(),
                Map.of("counts", List.of("1", 2), "marks", Map.of("3", "true"), "words", List.of("a", "b")),
                "counts",
                "marks",
                "words");
        assertThat(changeset.changes()).containsEntry("counts", List.of(1, 2)).containsEntry("marks", Map.of(3, true));
        assertThat(changeset.applyChanges().words).containsExactly("b", "a");
        Map<String, Object> wrong =
                Map.of("counts", List.of("x"), "marks", Map.of("3", "maybe"), "words", Arrays.asList("a", null));
        assertThat(Changeset.cast(new Book(), wrong, "counts", "marks", "words").errors())
                .extracting(FieldError::toString)
                .containsExactly("counts is invalid", "marks is invalid", "words is invalid");
    }
}
