package dev.facade.changeset;

import java.util.List;
import java.util.ServiceLoader;

/**
 * The extension point through which annotations on entities are checked. Found by {@link ServiceLoader}. Implementations
 * are thread-safe.
 *
 * <pre>{@code
 * AnnotationValidator strict = entity -> entity instanceof Post
 *         ? List.of(new FieldError("title", "is not checked", Map.of()))
 *         : List.of();
 * }</pre>
 */
@FunctionalInterface
public interface AnnotationValidator {

    /**
     * Checks an entity.
     *
     * @param entity the entity, with its changes
     * @return an error for each annotation that it violates
     */
    List<FieldError> validate(Object entity);

    /**
     * Returns the validator of the class path.
     *
     * @return the first one that is found, or one that has nothing to say
     */
    static AnnotationValidator found() {
        return Found.VALIDATOR;
    }

    /** Looked for once. */
    final class Found {

        private static final AnnotationValidator VALIDATOR = ServiceLoader.load(
                        AnnotationValidator.class, AnnotationValidator.class.getClassLoader())
                .findFirst()
                .orElse(entity -> List.of());

        private Found() {}
    }
}
