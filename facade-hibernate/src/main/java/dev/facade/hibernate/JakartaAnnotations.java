package dev.facade.hibernate;

import dev.facade.changeset.AnnotationValidator;
import dev.facade.changeset.FieldError;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks the annotations of Jakarta Validation for a changeset. Without its API there is nothing to check, which is said
 * once in the log; the API without a provider is an error of each call. Thread-safe.
 *
 * <p>The message of an error is the provider's, in the language of the JVM; its parameters are {@code validation}, the
 * annotation's name, and the annotation's attributes. The field of an error inside an embeddable or a collection is the
 * path to it, such as {@code address.street} or {@code tags[0]}; that of an annotation on the class is empty.
 */
public final class JakartaAnnotations implements AnnotationValidator {

    private static final Logger LOG = LoggerFactory.getLogger(JakartaAnnotations.class);

    private final AnnotationValidator present;

    /** Made by the service loader. */
    public JakartaAnnotations() {
        present = present();
    }

    @Override
    public List<FieldError> validate(Object entity) {
        return present.validate(entity);
    }

    /** Without the API the class that uses it cannot be loaded, and is not asked for. */
    private static AnnotationValidator present() {
        try {
            Class.forName("jakarta.validation.Validation", false, JakartaAnnotations.class.getClassLoader());
        } catch (ClassNotFoundException absent) {
            return absent("jakarta.validation-api");
        }
        AnnotationValidator found = JakartaProvider.found();
        return found == null ? JakartaAnnotations::refused : found;
    }

    private static AnnotationValidator absent(String what) {
        LOG.info("Changeset.validate() checks no annotations: {} is not on the class path", what);
        return entity -> List.of();
    }

    /** The annotations are there to be checked, and nobody can. */
    private static List<FieldError> refused(Object entity) {
        throw new IllegalStateException("validate: jakarta.validation-api is on the class path without a provider"
                + " (expected: both, as with org.hibernate.validator:hibernate-validator and an implementation of"
                + " jakarta.el; or neither)");
    }
}
