package dev.facade.hibernate.mapping;

import dev.facade.query.Expression;
import dev.facade.query.Query;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.dynamic.DynamicType;
import org.hibernate.id.CompositeNestedGeneratedValueGenerator;
import org.hibernate.metamodel.mapping.AttributeMapping;
import org.hibernate.metamodel.mapping.EntityIdentifierMapping;
import org.hibernate.metamodel.mapping.ForeignKeyDescriptor;
import org.hibernate.metamodel.mapping.ModelPart;
import org.hibernate.metamodel.mapping.NonAggregatedIdentifierMapping;
import org.hibernate.metamodel.mapping.PluralAttributeMapping;
import org.hibernate.metamodel.mapping.internal.ToOneAttributeMapping;
import org.hibernate.persister.entity.EntityPersister;

/** The attributes of an entity by name, as rows and queries give them. */
final class Attributes {

    private static final long MOVED = 100;
    private static final Map<List<String>, Class<?>> RECORDS = new ConcurrentHashMap<>();

    private Attributes() {}

    private static EntityPersister persister(Probe<?> probe) {
        return probe.stage.factory.getMappingMetamodel().getEntityDescriptor(probe.kind.type);
    }

    /** What a caller gives of an entity: what nothing generates, and collections only if there is something in them. */
    static Map<String, Object> given(Probe<?> probe, Object entity) {
        EntityPersister persister = persister(probe);
        Map<String, Object> values = new LinkedHashMap<>();
        keyParts(persister, entity).forEach((name, value) -> {
            if (value != null && !isGenerated(persister)) {
                values.put(name, value);
            }
        });
        String version = persister.isVersioned()
                ? persister.getVersionMapping().getVersionAttribute().getAttributeName()
                : "";
        boolean[] insertable = persister.getPropertyInsertability();
        persister.forEachAttributeMapping((index, attribute) -> {
            boolean generated = attribute.getGenerator() != null
                    && attribute.getGenerator().generatesOnInsert()
                    && !attribute.isEmbeddedAttributeMapping();
            boolean written = insertable[index]
                    || isElsewhere(attribute)
                    || (persister.getGenerator().generatesOnInsert()
                            && persister.getGenerator().allowAssignedIdentifiers()
                            && attribute instanceof ToOneAttributeMapping);
            if (!generated && written && !attribute.getAttributeName().equals(version)) {
                put(attribute, attribute.getValue(entity), values);
            }
        });
        return values;
    }

    /** Of what is given that which is not the key, and is not null. */
    static Map<String, Object> written(Probe<?> probe, Object entity) {
        Map<String, Object> values = given(probe, entity);
        List.of(keyNames(probe)).forEach(values::remove);
        values.values().removeIf(value -> value == null || value instanceof Collection || value instanceof Map);
        return values;
    }

    private static void put(AttributeMapping attribute, Object value, Map<String, Object> values) {
        boolean empty = value == null
                || (value instanceof Collection<?> many && many.isEmpty())
                || (value instanceof Map<?, ?> map && map.isEmpty());
        if (!empty
                || (!isElsewhere(attribute)
                        && !attribute
                                .getDeclaringType()
                                .findContainingEntityMapping()
                                .getEntityPersister()
                                .isDynamicInsert())) {
            values.putIfAbsent(attribute.getAttributeName(), value);
        }
    }

    /** Collections, and references that the other side has. */
    private static boolean isElsewhere(AttributeMapping attribute) {
        return attribute instanceof PluralAttributeMapping
                || (attribute instanceof ToOneAttributeMapping one
                        && one.getSideNature() == ForeignKeyDescriptor.Nature.TARGET);
    }

    /** A key of parts may have some that are not. */
    private static boolean isGenerated(EntityPersister persister) {
        return persister.getGenerator().generatesOnInsert()
                && !(persister.getGenerator() instanceof CompositeNestedGeneratedValueGenerator);
    }

    private static Map<String, Object> keyParts(EntityPersister persister, Object entity) {
        Map<String, Object> parts = new LinkedHashMap<>();
        EntityIdentifierMapping key = persister.getIdentifierMapping();
        if (key instanceof NonAggregatedIdentifierMapping several) {
            several.getVirtualIdEmbeddable()
                    .forEachAttributeMapping(part -> parts.put(part.getAttributeName(), part.getValue(entity)));
        } else {
            parts.put(key.getAttributeName(), key.getIdentifier(entity));
        }
        return parts;
    }

    static Object key(Probe<?> probe, Object entity) {
        return persister(probe).getIdentifier(entity);
    }

    static String[] keyNames(Probe<?> probe) {
        return keyParts(persister(probe), probe.kind.sample(1)).keySet().toArray(String[]::new);
    }

    /** The same values as components of a record. */
    static Object record(Map<String, Object> values) {
        Class<?> type = RECORDS.computeIfAbsent(List.copyOf(values.keySet()), names -> recordClass(values));
        try {
            return type.getConstructors()[0].newInstance(values.values().toArray());
        } catch (InstantiationException | IllegalAccessException | InvocationTargetException failure) {
            throw new AssertionError(failure);
        }
    }

    private static Class<?> recordClass(Map<String, Object> values) {
        DynamicType.Builder<?> builder = new ByteBuddy().makeRecord();
        for (String name : values.keySet()) {
            builder = builder.defineRecordComponent(name, Object.class);
        }
        return builder.make().load(Attributes.class.getClassLoader()).getLoaded();
    }

    // -- a copy of a row

    /** Gives an entity the key that {@link #copy} makes of its own. */
    static void moveKey(Probe<?> probe, Object entity) {
        if (isGenerated(persister(probe))) {
            return;
        }
        for (Map.Entry<String, Object> part : keyParts(persister(probe), entity).entrySet()) {
            Object moved = moved(part.getValue());
            if (moved != null) {
                setKeyPart(persister(probe), entity, part.getKey(), moved);
                return;
            }
        }
    }

    private static Object moved(Object part) {
        if (part instanceof Integer number) {
            return number + (int) MOVED;
        }
        if (part instanceof Long number) {
            return number + MOVED;
        }
        return part instanceof String text ? text + "+" : null;
    }

    private static void setKeyPart(EntityPersister persister, Object entity, String name, Object value) {
        if (persister.getIdentifierMapping() instanceof NonAggregatedIdentifierMapping several) {
            several.getVirtualIdEmbeddable().findAttributeMapping(name).setValue(entity, value);
        } else {
            persister.getIdentifierMapping().setIdentifier(entity, value, null);
        }
    }

    static void set(Probe<?> probe, Object entity, String name, Object value) {
        persister(probe).findAttributeMapping(name).setValue(entity, value);
    }

    private static boolean isInt(Class<?> type) {
        return type == Integer.class;
    }

    /** Selects a copy of a sample, attribute by attribute, under another key. */
    static Query<?> copy(Probe<?> probe, int number) {
        Object sample = probe.kind.sample(number);
        EntityPersister persister = persister(probe);
        Map<String, Object> given = given(probe, sample);
        Map<String, Object> parts = keyParts(persister, sample);
        List<Expression<?>> selected = new ArrayList<>();
        boolean moved = false;
        for (String name : given.keySet()) {
            Expression<Object> field = Expression.field(path(persister, name));
            Object part = parts.get(name);
            if (!moved && part instanceof Number digits) {
                selected.add(field.plus(isInt(digits.getClass()) ? (Object) (int) MOVED : (Object) MOVED)
                        .as(name));
                moved = true;
            } else if (!moved && part instanceof String) {
                selected.add(Expression.function("concat", field, "+").as(name));
                moved = true;
            } else {
                selected.add(field.as(name));
            }
        }
        return Query.from(probe.kind.type).where(keyed(probe, number)).selectMap(selected.toArray(Expression[]::new));
    }

    /** Of a reference its key is selected. */
    private static String path(EntityPersister persister, String name) {
        ModelPart part = persister.getIdentifierMapping() instanceof NonAggregatedIdentifierMapping several
                        && several.getVirtualIdEmbeddable().findAttributeMapping(name) != null
                ? several.getVirtualIdEmbeddable().findAttributeMapping(name)
                : persister.findAttributeMapping(name);
        return part instanceof ToOneAttributeMapping one
                        && one.getForeignKeyDescriptor().getTargetPart().getPartName() != null
                ? name + "." + one.getTargetKeyPropertyName()
                : name;
    }

    private static dev.facade.query.Condition keyed(Probe<?> probe, int number) {
        EntityPersister persister = persister(probe);
        Object found = probe.found(number);
        return keyParts(persister, found).entrySet().stream()
                .map(part -> Expression.field(part.getKey()).eq(part.getValue()))
                .reduce(dev.facade.query.Condition::and)
                .orElseThrow();
    }
}
