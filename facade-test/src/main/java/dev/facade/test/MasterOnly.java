package dev.facade.test;

import dev.facade.FacadeRepository;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * A JUnit 5 profile in which a test class runs on one database: reads see at once what was written, and a write on a read
 * path is still refused. Register it as a static {@code @RegisterExtension}; test methods may take a
 * {@link FacadeRepository}. Not thread-safe.
 *
 * <p>The repository is built before the first test of the class and closed after the last; it is refused if it is not in
 * master-only mode.
 */
public final class MasterOnly implements BeforeAllCallback, AfterAllCallback, ParameterResolver {

    private final Supplier<FacadeRepository> description;
    private @Nullable FacadeRepository repository;

    private MasterOnly(Supplier<FacadeRepository> description) {
        this.description = Objects.requireNonNull(description, "description");
    }

    /**
     * Runs a test class on a repository in master-only mode.
     *
     * @param description builds the repository
     * @return the extension
     */
    public static MasterOnly of(Supplier<FacadeRepository> description) {
        return new MasterOnly(description);
    }

    /**
     * Returns the repository.
     *
     * @return the repository of the running test class
     * @throws IllegalStateException outside of one
     */
    public FacadeRepository repository() {
        if (repository == null) {
            throw new IllegalStateException("repository: none yet (expected: inside a test class that registers this)");
        }
        return repository;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        FacadeRepository built = description.get();
        if (!built.isMasterOnly()) {
            built.close();
            throw new IllegalArgumentException("repository: with replicas (expected: one in master-only mode)");
        }
        repository = built;
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (repository != null) {
            repository.close();
            repository = null;
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == FacadeRepository.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return repository();
    }
}
