package dev.facade.hibernate;

import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.hibernate.engine.internal.Versioning;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.event.service.spi.EventListenerGroup;
import org.hibernate.event.spi.PreInsertEvent;
import org.hibernate.event.spi.PreInsertEventListener;
import org.hibernate.generator.BeforeExecutionGenerator;
import org.hibernate.generator.EventType;
import org.hibernate.generator.Generator;
import org.hibernate.generator.internal.CurrentTimestampGeneration;
import org.hibernate.generator.internal.TenantIdGeneration;
import org.hibernate.id.CompositeNestedGeneratedValueGenerator;
import org.hibernate.id.enhanced.SequenceStyleGenerator;
import org.hibernate.id.enhanced.TableGenerator;
import org.hibernate.id.uuid.UuidGenerator;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.type.ComponentType;
import org.hibernate.type.Type;
import org.jspecify.annotations.Nullable;

/**
 * The work that Hibernate does on an entity before it inserts it: callbacks, listeners such as validation, key,
 * version, generated values. The entity stays as it is, but for its callbacks. Used by one thread.
 */
final class BulkEntity {

    private final SharedSessionContractImplementor session;
    private final EntityPersister persister;
    private final @Nullable Generator[] generators;
    private final Type[] types;
    private final EventListenerGroup<PreInsertEventListener> listeners;
    private final @Nullable KeyBlock keys;
    private final boolean composite;
    private final boolean told;

    /**
     * Reads the mapping.
     *
     * @param told whether each part of a key must be known to the caller
     */
    BulkEntity(SharedSessionContractImplementor session, BulkTable table, boolean told) {
        this.session = session;
        this.persister = table.persister();
        this.generators = persister.getGenerators();
        this.types = persister.getPropertyTypes();
        this.listeners = session.getFactory().getEventListenerGroups().eventListenerGroup_PRE_INSERT;
        this.told = told;
        BulkAttribute key = table.key();
        this.composite = persister.getGenerator() instanceof CompositeNestedGeneratedValueGenerator parts
                && !parts.getGenerationPlans().isEmpty();
        this.keys = key == null || composite ? null : new KeyBlock(session, key);
    }

    void expect(int rows) {
        if (keys != null) {
            keys.reserve(rows);
        }
    }

    /** The values to insert, before any is generated but the version. */
    @Nullable
    Object[] state(Object entity) {
        session.getFactory().getEventEngine().getCallbackRegistry().preCreate(entity);
        @Nullable Object[] state = persister.getValues(entity);
        if (persister.isVersioned()) {
            Versioning.seedVersion(entity, state, persister, session);
        }
        return state;
    }

    /** Tells whether parts of the key are generated, from the whole entity. */
    boolean hasCompositeKey() {
        return composite;
    }

    /** The key to insert, or null if the database makes it. */
    @Nullable
    Object key(Object entity) {
        if (composite) {
            return compositeKey(entity);
        }
        Object given = persister.getIdentifier(entity, session);
        boolean unset = keys != null && keys.isUnset(given);
        return unset ? keys.next(entity) : given;
    }

    /** Hibernate puts what it generates into the key that is there, so it gets a copy. */
    private Object compositeKey(Object entity) {
        Object before = persister.getIdentifier(entity, session);
        if (told && (before == null || !isComplete(before))) {
            throw new IllegalArgumentException("onConflict: a key of " + persister.getEntityName() + " " + before
                    + " (expected: with all of its parts, since none that is generated would be told)");
        }
        if (before == null) {
            return generated(persister.getGenerator(), entity, null);
        }
        if (isComplete(before)) {
            return before;
        }
        persister.setIdentifier(entity, persister.getIdentifierType().deepCopy(before, session.getFactory()), session);
        try {
            return generated(persister.getGenerator(), entity, null);
        } finally {
            persister.setIdentifier(entity, before, session);
        }
    }

    private boolean isComplete(Object key) {
        CompositeNestedGeneratedValueGenerator generator =
                (CompositeNestedGeneratedValueGenerator) persister.getGenerator();
        for (CompositeNestedGeneratedValueGenerator.GenerationPlan plan : generator.getGenerationPlans()) {
            Object part =
                    ((ComponentType) persister.getIdentifierType()).getPropertyValue(key, plan.getPropertyIndex());
            if (part == null || (part instanceof Number number && number.longValue() == 0)) {
                return false;
            }
        }
        return true;
    }

    /** A key for a row that has none, or null if the database makes it. */
    @Nullable
    Object nextKey(@Nullable Object owner) {
        return keys == null ? null : keys.next(owner);
    }

    /** Tells whether a listener wants the row left out; one that finds it invalid throws. */
    boolean isVetoed(Object entity, @Nullable Object key, @Nullable Object[] state) {
        if (listeners.isEmpty()) {
            return false;
        }
        PreInsertEvent event = new PreInsertEvent(entity, key, state, persister, session);
        AtomicBoolean vetoed = new AtomicBoolean();
        listeners.fireEventOnEachListener(event, (listener, insert) -> {
            if (listener.onPreInsert(insert)) {
                vetoed.set(true);
            }
        });
        return vetoed.get();
    }

    void generate(Object entity, @Nullable Object[] state) {
        for (int i = 0; i < generators.length; i++) {
            Generator generator = generators[i];
            if (generator != null
                    && generator.generatesOnInsert()
                    && generator.generatedBeforeExecution(entity, session)) {
                state[i] = generated(generator, entity, copy(i, state[i]));
            }
        }
    }

    /** A generator of an embeddable's parts puts them into it. */
    private @Nullable Object copy(int index, @Nullable Object value) {
        return types[index] instanceof ComponentType component
                ? component.deepCopy(value, session.getFactory())
                : value;
    }

    /** The value to write for an attribute of a row that is no entity; null if its generator makes nothing now. */
    @Nullable
    Object generate(BulkAttribute attribute, @Nullable Object owner, @Nullable Object given) {
        Generator generator = attribute.generator();
        if (attribute.isId() || !isBefore(generator, owner)) {
            return given;
        }
        if (attribute.isEmbedded()
                && types[persister.getPropertyIndex(attribute.name())] instanceof ComponentType parts) {
            return generated(generator, owner, given == null ? null : parts.deepCopy(given, session.getFactory()));
        }
        boolean chosen = given != null && !(generator instanceof TenantIdGeneration);
        return chosen ? given : generated(generator, owner, given);
    }

    private boolean isBefore(@Nullable Generator generator, @Nullable Object owner) {
        return generator instanceof BeforeExecutionGenerator
                && generator.generatesOnInsert()
                && (owner == null
                        ? !generator.generatedOnExecution()
                        : generator.generatedBeforeExecution(owner, session));
    }

    @SuppressWarnings("NullAway") // generators of Hibernate's own do without an owner
    private Object generated(Generator generator, @Nullable Object owner, @Nullable Object current) {
        return ((BeforeExecutionGenerator) generator).generate(session, owner, current, EventType.INSERT);
    }

    Object version() {
        return generated(persister.getVersionGenerator(), null, null);
    }

    /** Tells whether an attribute's generator may look at the rest of the entity. */
    static boolean looksAtOwner(BulkAttribute attribute) {
        return looksAtOwner(attribute.generator());
    }

    /** Tells whether some generator may look at the entity for which it generates. */
    boolean needsOwner() {
        if (composite || looksAtOwner(persister.getGenerator())) {
            return true;
        }
        for (Generator generator : generators) {
            if (looksAtOwner(generator)) {
                return true;
            }
        }
        return false;
    }

    private static boolean looksAtOwner(@Nullable Generator generator) {
        return generator instanceof BeforeExecutionGenerator
                && generator.generatesOnInsert()
                && !(generator instanceof CurrentTimestampGeneration
                        || generator instanceof TenantIdGeneration
                        || generator instanceof SequenceStyleGenerator
                        || generator instanceof TableGenerator
                        || generator instanceof UuidGenerator);
    }

    /** An entity with the values of a row that is none, for generators to look at. */
    Object owner(BulkTable table, Map<String, @Nullable Object> values) {
        Object owner = persister.instantiate(null, session);
        values.forEach((name, value) -> {
            BulkAttribute attribute = table.attribute(name);
            if (value != null && attribute.accepts(value)) {
                attribute.set(owner, attribute.entityOr(value, session), session);
            }
        });
        return Objects.requireNonNull(owner);
    }
}
