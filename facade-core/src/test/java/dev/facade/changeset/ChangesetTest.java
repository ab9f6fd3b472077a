package dev.facade.changeset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.facade.changeset.Changeset.Action;
import dev.facade.changeset.Changeset.Comparison;
import dev.facade.changeset.Changeset.Length;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What a changeset does by itself, without a database. */
class ChangesetTest {

    enum Mood {
        GOOD,
        BAD
    }

    @Entity
    static class Person {
        @Id
        Long id;

        String name;
        int age;
        boolean admin;
        BigDecimal balance;
        UUID token;
        LocalDate born;
        Mood mood;
        List<String> tags;
    }

    private static Map<String, Object> params(Object... pairs) {
        Map<String, Object> params = new HashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            params.put((String) pairs[i], pairs[i + 1]);
        }
        return params;
    }

    @Test
    void textBecomesTheFieldsTypeOrAnError() {
        UUID token = UUID.randomUUID();
        Changeset<Person> cast = Changeset.cast(
                new Person(),
                params(
                        "name",
                        "ann",
                        "age",
                        "41",
                        "admin",
                        "true",
                        "balance",
                        "1.50",
                        "token",
                        token.toString(),
                        "born",
                        "2000-02-29",
                        "mood",
                        "GOOD",
                        "id",
                        "7"),
                "name",
                "age",
                "admin",
                "balance",
                "token",
                "born",
                "mood");
        assertThat(cast.isValid()).isTrue();
        assertThat(cast.changes())
                .containsEntry("age", 41)
                .containsEntry("admin", true)
                .containsEntry("balance", new BigDecimal("1.50"))
                .containsEntry("token", token)
                .containsEntry("born", LocalDate.of(2000, 2, 29))
                .containsEntry("mood", Mood.GOOD)
                .doesNotContainKey("id");
        Changeset<Person> bad = Changeset.cast(
                new Person(),
                params(
                        "age",
                        "many",
                        "admin",
                        "maybe",
                        "token",
                        "1-1-1-1-1",
                        "born",
                        "2001-02-29",
                        "mood",
                        "SO",
                        "balance",
                        List.of()),
                "age",
                "admin",
                "token",
                "born",
                "mood",
                "balance");
        assertThat(bad.errors())
                .extracting(FieldError::toString)
                .containsExactlyInAnyOrder(
                        "age is invalid",
                        "admin is invalid",
                        "token is invalid",
                        "born is invalid",
                        "mood is invalid",
                        "balance is invalid");
        assertThat(Changeset.cast(new Person(), params("age", 300_000_000_000L), "age")
                        .isValid())
                .isFalse();
        assertThat(Changeset.cast(new Person(), params("age", 1.5), "age").isValid())
                .isFalse();
        assertThat(Changeset.cast(new Person(), params("age", null), "age").isValid())
                .isFalse();
    }

    @Test
    void emptyTextIsNoValueAndOptionsSayOtherwise() {
        Person ann = new Person();
        ann.name = "ann";
        assertThat(Changeset.cast(ann, params("name", "  "), "name").changes()).containsEntry("name", null);
        assertThat(Changeset.cast(ann, params("name", ""), Cast.defaults().emptyValues("-"), "name")
                        .changes())
                .containsEntry("name", "");
        assertThat(Changeset.cast(ann, params("name", " bob "), Cast.defaults().trim(), "name")
                        .changes())
                .containsEntry("name", "bob");
        assertThat(Changeset.cast(ann, params("name", "ann"), "name").changes()).isEmpty();
        assertThat(Changeset.cast(ann, params("name", "ann"), Cast.defaults().forceChanges(), "name")
                        .changes())
                .containsEntry("name", "ann");
    }

    @Test
    void anUnknownFieldIsRefusedWithTheNearestName() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Changeset.cast(new Person(), params(), "nmae"))
                .withMessageContaining("Person.nmae")
                .withMessageContaining("did you mean name?");
        assertThatIllegalArgumentException().isThrownBy(() -> Changeset.change(new Person(), Map.of("age", "41")));
        assertThatIllegalArgumentException().isThrownBy(() -> Changeset.change("text"));
    }

    @Test
    void aPutThatEqualsTheEntityTakesTheChangeBack() {
        Person ann = new Person();
        ann.name = "ann";
        Changeset<Person> changed = Changeset.change(ann, Map.of("name", "bob"));
        assertThat(changed.changed("name", "ann", "bob")).isTrue();
        assertThat(changed.getField("name")).isEqualTo("bob");
        assertThat(changed.putChange("name", "ann").changes()).isEmpty();
        assertThat(changed.forceChange("name", "ann").changes()).containsEntry("name", "ann");
        assertThat(changed.updateChange("name", name -> name + "!").getChange("name"))
                .contains("bob!");
        assertThat(changed.deleteChange("name").changed("name")).isFalse();
        assertThat(changed.changes()).containsEntry("name", "bob");
        assertThat(ann.name).isEqualTo("ann");
    }

    @Test
    void applyingMakesACopy() {
        Person ann = new Person();
        ann.name = "ann";
        Result<Person> applied = Changeset.change(ann, Map.of("age", 5)).applyAction(Action.UPDATE);
        assertThat(applied.orElseThrow().age).isEqualTo(5);
        assertThat(applied.orElseThrow().name).isEqualTo("ann");
        assertThat(ann.age).isZero();
        assertThat(Changeset.change(ann)
                        .addError("age", "no")
                        .applyAction(Action.INSERT)
                        .isOk())
                .isFalse();
    }

    private static void complains(Changeset<?> changeset, String message) {
        assertThat(changeset.errors()).singleElement().hasToString(message);
    }

    @Test
    void everyCheckHasItsMessage() {
        Changeset<Person> name = Changeset.change(new Person(), Map.of("name", "ann", "age", 5, "tags", List.of("a")));
        complains(name.validateRequired("born"), "born can't be blank");
        complains(name.validateFormat("name", Pattern.compile("^b")), "name has invalid format");
        complains(name.validateInclusion("name", List.of("bob")), "name is invalid");
        complains(name.validateExclusion("name", List.of("ann")), "name is reserved");
        complains(name.validateSubset("tags", List.of("b")), "tags has an invalid entry");
        complains(name.validateLength("name", Length.atLeast(4)), "name should be at least 4 character(s)");
        complains(name.validateLength("name", Length.atMost(2)), "name should be at most 2 character(s)");
        complains(name.validateLength("name", Length.is(4).inBytes()), "name should be 4 byte(s)");
        complains(name.validateLength("tags", Length.atLeast(2)), "tags should have at least 2 item(s)");
        complains(name.validateNumber("age", Comparison.LESS_THAN, 5), "age must be less than 5");
        complains(name.validateNumber("age", Comparison.GREATER_THAN, 5), "age must be greater than 5");
        complains(name.validateNumber("age", Comparison.AT_MOST, 4), "age must be less than or equal to 4");
        complains(name.validateNumber("age", Comparison.AT_LEAST, 6), "age must be greater than or equal to 6");
        complains(name.validateNumber("age", Comparison.EQUAL_TO, 6), "age must be equal to 6");
        complains(name.validateNumber("age", Comparison.NOT_EQUAL_TO, 5), "age must be not equal to 5");
        complains(name.validateChange("name", "mine", value -> Optional.of("no")), "name no");
        Map<String, Object> form = params("name", "ann", "nameConfirmation", "bob", "terms", "false");
        complains(
                Changeset.cast(new Person(), form, "name").validateConfirmation("name"),
                "nameConfirmation does not match confirmation");
        complains(Changeset.cast(new Person(), form, "name").validateAcceptance("terms"), "terms must be accepted");
        assertThat(name.validateLength("name", Length.between(3, 3))
                        .validateNumber("age", Comparison.EQUAL_TO, 5)
                        .validateRequired("name")
                        .validateFormat("name", Pattern.compile("n"))
                        .isValid())
                .isTrue();
        assertThat(name.validateLength("name", Length.atMost(2)).errors().get(0).parameters())
                .containsEntry("count", 2)
                .containsEntry("validation", "length");
        assertThat(name.validateLength("name", Length.atMost(2)).traverseValidations((check, parameters) -> check))
                .isEqualTo(Map.of("name", List.of("length")));
    }
}
