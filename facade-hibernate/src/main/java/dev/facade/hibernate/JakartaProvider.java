package dev.facade.hibernate;

import dev.facade.changeset.AnnotationValidator;
import dev.facade.changeset.FieldError;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.NoProviderFoundException;
import jakarta.validation.Path;
import jakarta.validation.Validation;
import jakarta.validation.Validator;
import jakarta.validation.metadata.ConstraintDescriptor;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The validator of the provider that is on the class path, for as long as the JVM lives. Thread-safe. */
final class JakartaProvider implements AnnotationValidator {

    private static final Set<String> NO_PARAMETERS = Set.of("message", "groups", "payload");

    private final Validator validator;

    private JakartaProvider(Validator validator) {
        this.validator = validator;
    }

    /** Null if the API is there alone. */
    @SuppressWarnings("resource") // nobody but the end of the JVM closes it
    static @Nullable AnnotationValidator found() {
        try {
            return new JakartaProvider(Validation.buildDefaultValidatorFactory().getValidator());
        } catch (NoProviderFoundException alone) {
            return null;
        }
    }

    @Override
    public List<FieldError> validate(Object entity) {
        return validator.validate(entity).stream()
                .map(JakartaProvider::error)
                .sorted(Comparator.comparing(FieldError::field).thenComparing(FieldError::message)) // it knows no order
                .toList();
    }

    private static FieldError error(ConstraintViolation<?> violation) {
        ConstraintDescriptor<?> descriptor = violation.getConstraintDescriptor();
        Map<String, Object> parameters = new LinkedHashMap<>(); // an annotation has no nulls
        parameters.put("validation", descriptor.getAnnotation().annotationType().getSimpleName());
        new TreeMap<>(descriptor.getAttributes()).forEach((name, value) -> {
            if (!NO_PARAMETERS.contains(name)) {
                parameters.putIfAbsent(name, value);
            }
        });
        return new FieldError(field(violation.getPropertyPath()), violation.getMessage(), parameters);
    }

    /** The element of a collection is a nameless node of its own, in angle brackets. */
    private static String field(Path path) {
        return path.toString().replaceAll("\\.?<[^>]*>", "");
    }
}
