package dev.facade.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.entry;

import dev.facade.changeset.AnnotationValidator;
import dev.facade.changeset.Changeset;
import dev.facade.changeset.FieldError;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The annotations of Jakarta Validation on a changeset, with the library and without it. */
class JakartaAnnotationsTest {

    private static final Locale BEFORE = Locale.getDefault();

    @BeforeAll
    static void speakEnglish() {
        Locale.setDefault(Locale.ENGLISH);
    }

    @AfterAll
    static void speakAsBefore() {
        Locale.setDefault(BEFORE);
    }

    @Entity
    @AdultOrTold
    static class Guest {

        @Id
        Long id;

        @NotBlank
        @Size(min = 2, max = 5)
        String name = "ann";

        @Email
        String mail;

        @Min(value = 18, message = "must have {value} years")
        Integer age;

        @Valid
        Home home = new Home("Main");

        @ElementCollection
        List<@NotBlank String> tags = new ArrayList<>();

        boolean told = true;
    }

    @Embeddable
    static class Home {

        @NotNull
        String street;

        Home() {}

        Home(String street) {
            this.street = street;
        }
    }

    @Target(ElementType.TYPE)
    @Retention(RetentionPolicy.RUNTIME)
    @Constraint(validatedBy = AdultOrTold.Check.class)
    @interface AdultOrTold {
        String message() default "nobody was told";

        Class<?>[] groups() default {};

        Class<? extends Payload>[] payload() default {};

        /** Public, since the provider makes it. */
        class Check implements ConstraintValidator<AdultOrTold, Guest> {
            @Override
            public boolean isValid(Guest guest, ConstraintValidatorContext context) {
                return guest.told;
            }
        }
    }

    @Test
    void theServiceLoaderFindsIt() {
        assertThat(ServiceLoader.load(AnnotationValidator.class)).hasAtLeastOneElementOfType(JakartaAnnotations.class);
    }

    @Test
    void whatIsRightHasNoErrors() {
        assertThat(Changeset.change(new Guest()).validate().isValid()).isTrue();
    }

    @Test
    void anAnnotationBecomesAnErrorWithItsNameAndAttributes() {
        Changeset<Guest> changeset =
                Changeset.cast(new Guest(), Map.of("name", "a"), "name").validate();
        assertThat(changeset.errors()).singleElement().satisfies(error -> {
            assertThat(error)
                    .returns("name", FieldError::field)
                    .returns("size must be between 2 and 5", FieldError::message);
            assertThat(error.parameters()).containsOnly(entry("validation", "Size"), entry("min", 2), entry("max", 5));
        });
        assertThat(changeset.data().name).isEqualTo("ann");
    }

    @Test
    void theChangesAreCheckedAndNotTheEntityAsItWas() {
        Guest guest = new Guest();
        guest.name = "";
        assertThat(Changeset.change(guest, Map.of("name", "bob")).validate().isValid())
                .isTrue();
        assertThat(Changeset.change(guest).validate().errors())
                .extracting(FieldError::field)
                .containsOnly("name");
    }

    @Test
    void anAnnotationsOwnMessageIsSaid() {
        assertThat(Changeset.cast(new Guest(), Map.of("age", "7", "mail", "x"), "age", "mail")
                        .validate()
                        .errors())
                .extracting(FieldError::toString)
                .containsExactly("age must have 18 years", "mail must be a well-formed email address");
    }

    @Test
    void aFieldWithAnErrorGetsNoOtherOne() {
        assertThat(Changeset.cast(new Guest(), Map.of("age", "x", "name", ""), "age", "name")
                        .validateRequired("name")
                        .validate()
                        .errors())
                .extracting(FieldError::toString)
                .containsExactly("age is invalid", "name can't be blank");
    }

    @Test
    void whatIsInsideIsNamedByItsPath() {
        Changeset<Guest> changeset = Changeset.change(
                        new Guest(), Map.of("home", new Home(null), "tags", List.of("x", " ")))
                .validate();
        assertThat(changeset.errors()).extracting(FieldError::field).containsExactly("home.street", "tags[1]");
    }

    @Test
    void anAnnotationOnTheClassHasNoField() {
        assertThat(Changeset.change(new Guest(), Map.of("told", false))
                        .validate()
                        .errors())
                .extracting(FieldError::field, FieldError::message)
                .containsExactly(org.assertj.core.groups.Tuple.tuple("", "nobody was told"));
    }

    @Test
    void withoutTheApiNothingIsCheckedAndNothingFails() throws Exception {
        assertThat(errorsWithout(jar -> jar.contains("validation-api") || jar.contains("hibernate-validator")))
                .isEmpty();
    }

    @Test
    void t66TheApiWithoutAProviderIsAnErrorAndNotAPass() {
        assertThatExceptionOfType(InvocationTargetException.class)
                .isThrownBy(() -> errorsWithout(jar -> jar.contains("hibernate-validator")))
                .havingCause()
                .withMessageContaining("validate: jakarta.validation-api is on the class path without a provider")
                .withMessageContaining("hibernate-validator");
    }

    @Test
    void withBothTheSameClassPathChecks() throws Exception {
        assertThat(errorsWithout(jar -> false)).hasSize(1);
    }

    /** What {@code validate()} says on this class path less some jars, in a class loader of its own. */
    private static List<?> errorsWithout(Predicate<String> left) throws Exception {
        URL[] urls = Stream.of(System.getProperty("java.class.path").split(System.getProperty("path.separator")))
                .filter(entry -> !left.test(Path.of(entry).getFileName().toString()))
                .map(JakartaAnnotationsTest::url)
                .toArray(URL[]::new);
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        try (URLClassLoader loader = new URLClassLoader(urls, ClassLoader.getPlatformClassLoader())) {
            Thread.currentThread().setContextClassLoader(loader);
            Class<?> changeset = loader.loadClass("dev.facade.changeset.Changeset");
            Class<?> type = loader.loadClass(Nameless.class.getName());
            var constructor = type.getDeclaredConstructor();
            constructor.setAccessible(true);
            Object changed = changeset.getMethod("change", Object.class).invoke(null, constructor.newInstance());
            Object validated = changeset.getMethod("validate").invoke(changed);
            return (List<?>) changeset.getMethod("errors").invoke(validated);
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    private static URL url(String entry) {
        try {
            return Path.of(entry).toUri().toURL();
        } catch (java.net.MalformedURLException impossible) {
            throw new IllegalArgumentException(entry, impossible);
        }
    }

    @Entity
    static class Nameless {
        @Id
        Long id;

        @NotBlank
        String name;
    }
}
