package dev.facade.hibernate;

import dev.facade.spi.Tables;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.hibernate.SessionFactory;
import org.hibernate.annotations.SQLSelect;
import org.hibernate.annotations.View;
import org.hibernate.engine.FetchTiming;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.metamodel.mapping.BasicValuedModelPart;
import org.hibernate.metamodel.mapping.CollectionPart;
import org.hibernate.metamodel.mapping.EmbeddableValuedModelPart;
import org.hibernate.metamodel.mapping.EntityDiscriminatorMapping;
import org.hibernate.metamodel.mapping.ForeignKeyDescriptor;
import org.hibernate.metamodel.mapping.ModelPart;
import org.hibernate.metamodel.mapping.PluralAttributeMapping;
import org.hibernate.metamodel.mapping.internal.EntityCollectionPart;
import org.hibernate.metamodel.mapping.internal.ToOneAttributeMapping;
import org.hibernate.metamodel.spi.MappingMetamodelImplementor;
import org.hibernate.persister.collection.CollectionPersister;
import org.hibernate.persister.entity.AbstractEntityPersister;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.query.sqm.function.SqmFunctionRegistry;
import org.hibernate.query.sqm.internal.SqmQueryImpl;
import org.hibernate.query.sqm.tree.SqmDmlStatement;
import org.hibernate.query.sqm.tree.select.SqmSelectStatement;
import org.hibernate.sql.results.graph.Fetchable;
import org.jspecify.annotations.Nullable;

/**
 * Which tables entities and queries touch. Thread-safe.
 *
 * <p>What the mapping says in SQL (formulas, restrictions, filters) and what a query says in it may touch any table.
 */
final class MappedTables {

    private static final Map<SessionFactory, MappedTables> KNOWN = Collections.synchronizedMap(new WeakHashMap<>());
    private static final Pattern CALL = Pattern.compile("(?<![.\\w])([A-Za-z_]\\w*)\\s*\\(");

    /** Words before a parenthesis that are no functions, or functions of HQL that are none of the database. */
    private static final Set<String> WORDS = Set.of(
            "all",
            "and",
            "any",
            "as",
            "asc",
            "between",
            "both",
            "by",
            "case",
            "desc",
            "distinct",
            "elements",
            "else",
            "entry",
            "every",
            "except",
            "exists",
            "fetch",
            "fk",
            "from",
            "group",
            "having",
            "id",
            "in",
            "index",
            "indices",
            "inner",
            "intersect",
            "is",
            "join",
            "key",
            "lateral",
            "leading",
            "left",
            "like",
            "limit",
            "materialized",
            "maxelement",
            "maxindex",
            "member",
            "minelement",
            "minindex",
            "naturalid",
            "not",
            "of",
            "offset",
            "on",
            "or",
            "order",
            "over",
            "partition",
            "right",
            "select",
            "set",
            "size",
            "some",
            "then",
            "trailing",
            "treat",
            "type",
            "union",
            "value",
            "values",
            "version",
            "when",
            "where",
            "with",
            "within");

    private static final int MOST_QUERIES = 1000;

    private final Map<String, Tables> queries = new ConcurrentHashMap<>();
    private final Map<Class<?>, Tables> read = new ConcurrentHashMap<>();
    private final Map<Class<?>, Tables> owned = new ConcurrentHashMap<>();
    private volatile @Nullable ForeignKeys foreignKeys;

    private MappedTables() {}

    /** It keeps nothing of the factory, which may go. */
    static MappedTables of(SessionFactory factory) {
        return KNOWN.computeIfAbsent(factory, any -> new MappedTables());
    }

    Tables ofQuery(jakarta.persistence.Query query) {
        if (!(query.unwrap(org.hibernate.query.Query.class) instanceof SqmQueryImpl<?> sqm)) {
            return Tables.unknown();
        }
        SessionFactoryImplementor factory = sqm.getSession().getFactory();
        if (sqm.getSqmStatement() instanceof SqmDmlStatement<?> changing) {
            return owned(factory, changing.getTarget().getEntityName());
        }
        String text = sqm.getQueryString();
        if (!(sqm.getSqmStatement() instanceof SqmSelectStatement<?>)
                || text.startsWith("<")
                || callsUnknown(factory, text)) {
            return Tables.unknown();
        }
        return remembered(text, () -> selected(factory, Translation.of(query).tables()));
    }

    /** A function of the database may read anything; those that Hibernate knows read their arguments. */
    private static boolean callsUnknown(SessionFactoryImplementor factory, String text) {
        SqmFunctionRegistry known = factory.getQueryEngine().getSqmFunctionRegistry();
        return CALL.matcher(text)
                .results()
                .map(call -> call.group(1).toLowerCase(Locale.ROOT))
                .anyMatch(name -> name.equals("sql")
                        || name.equals("column")
                        || !(WORDS.contains(name)
                                || known.findFunctionDescriptor(name) != null
                                || known.findSetReturningFunctionDescriptor(name) != null));
    }

    private Tables remembered(String text, Supplier<Tables> told) {
        Tables known = queries.get(text);
        if (known == null) {
            known = told.get();
            if (queries.size() >= MOST_QUERIES) {
                queries.clear();
            }
            queries.put(text, known);
        }
        return known;
    }

    /** What a statement selects from, and what is loaded along with the entities that are there. */
    private static Tables selected(SessionFactoryImplementor factory, Set<String> tables) {
        Along along = new Along();
        along.tables.addAll(tables);
        factory.getMappingMetamodel().forEachEntityDescriptor(persister -> {
            if (Collections.disjoint(spaces(persister), tables)) {
                return;
            }
            along.add(persister);
        });
        factory.getMappingMetamodel().forEachCollectionDescriptor(collection -> {
            if (!Collections.disjoint(spaces(collection), tables)) {
                along.add(collection.getAttributeMapping());
            }
        });
        return along.told();
    }

    Tables read(SessionFactoryImplementor factory, Class<?> entity) {
        return read.computeIfAbsent(entity, any -> {
            Along along = new Along();
            along.add(factory.getMappingMetamodel().getEntityDescriptor(entity));
            return along.told();
        });
    }

    Tables owned(SessionFactoryImplementor factory, Class<?> entity) {
        return owned.computeIfAbsent(
                entity,
                any -> owned(
                        factory,
                        factory.getMappingMetamodel()
                                .getEntityDescriptor(entity)
                                .getEntityName()));
    }

    private static Tables owned(SessionFactoryImplementor factory, String entity) {
        MappingMetamodelImplementor metamodel = factory.getMappingMetamodel();
        EntityPersister persister = metamodel.getEntityDescriptor(entity);
        Set<String> names = new HashSet<>(spaces(persister));
        boolean[] saysSql = {false};
        metamodel.forEachCollectionDescriptor(collection -> {
            EntityPersister owner = collection.getOwnerEntityPersister();
            if (!Collections.disjoint(spaces(owner), spaces(persister)) && !collection.isOneToMany()) {
                names.addAll(spaces(collection));
            }
            if (owner == persister) {
                PluralAttributeMapping attribute = collection.getAttributeMapping();
                saysSql[0] |= attribute == null || attribute.hasWhereRestrictions();
            }
        });
        return saysSql[0] ? Tables.unknown() : Tables.of(names);
    }

    Tables referred(SessionFactoryImplementor factory, Tables tables) {
        ForeignKeys known = foreignKeys;
        if (known == null) {
            known = ForeignKeys.of(factory);
            foreignKeys = known;
        }
        return known.from(tables);
    }

    /** The tables of a class, of its superclasses and its subclasses. */
    static Collection<String> spaces(EntityPersister persister) {
        Set<String> names = new HashSet<>();
        for (Object space : persister.getQuerySpaces()) {
            names.add(space.toString());
        }
        names.addAll(List.of(persister.getTableNames()));
        return names;
    }

    static Collection<String> spaces(CollectionPersister collection) {
        return List.of(collection.getCollectionSpaces());
    }

    /** What is loaded along, eagerly or because it cannot be put off. */
    private static final class Along {

        final Set<String> tables = new HashSet<>();
        private final Set<EntityPersister> seen = new HashSet<>();
        private boolean saysSql;

        void add(EntityPersister persister) {
            if (!seen.add(persister)) {
                return;
            }
            tables.addAll(spaces(persister));
            saysSql |= isDerived(persister)
                    || !(persister instanceof AbstractEntityPersister plain)
                    || plain.hasFormulaProperties()
                    || plain.hasWhereRestrictions()
                    || !persister.getFactory().getAutoEnabledFilters().isEmpty();
            if (persister.getIdentifierMapping() instanceof EmbeddableValuedModelPart key) {
                key.getEmbeddableTypeDescriptor().visitFetchables(this::add, null);
            }
            persister.visitKeyFetchables(this::add, null);
            persister.visitFetchables(this::add, null);
            persister.getSubMappingTypes().forEach(sub -> add(sub.getEntityPersister()));
        }

        /** Its class, or its rows, come from SQL of the mapping, which may read any table. */
        private static boolean isDerived(EntityPersister persister) {
            EntityDiscriminatorMapping discriminator = persister.getDiscriminatorMapping();
            Class<?> type = persister.getMappedClass();
            return (discriminator != null && discriminator.isFormula())
                    || type.isAnnotationPresent(SQLSelect.class)
                    || type.isAnnotationPresent(View.class)
                    || Stream.of(persister.getTableNames()).anyMatch(table -> table.startsWith("("));
        }

        private void add(Fetchable part) {
            if (part instanceof ToOneAttributeMapping one) {
                boolean elsewhere = one.getSideNature() == ForeignKeyDescriptor.Nature.TARGET;
                if (elsewhere || !one.isReferenceToPrimaryKey() || isEager(part)) { // the first two cannot be put off
                    add(one.getAssociatedEntityMappingType().getEntityPersister());
                }
            } else if (part instanceof PluralAttributeMapping many) {
                if (isEager(part)) {
                    add(many);
                }
            } else {
                addValue(part);
            }
        }

        void add(@Nullable PluralAttributeMapping many) {
            if (many == null) {
                saysSql = true;
                return;
            }
            tables.addAll(spaces(many.getCollectionDescriptor()));
            saysSql |= many.hasWhereRestrictions();
            addElement(many.getElementDescriptor());
            addElement(many.getIndexDescriptor());
        }

        private void addElement(@Nullable CollectionPart part) {
            if (part instanceof EntityCollectionPart entities) {
                add(entities.getAssociatedEntityMappingType().getEntityPersister());
            } else if (part != null) {
                addValue(part);
            }
        }

        /** What is not known here may be anything. */
        private void addValue(ModelPart part) {
            if (part instanceof EmbeddableValuedModelPart embedded) {
                embedded.getEmbeddableTypeDescriptor().visitFetchables(this::add, null);
            } else if (part instanceof BasicValuedModelPart basic) {
                String read = basic.getCustomReadExpression(); // a column's name, or SQL
                saysSql |= basic.isFormula() || (read != null && read.contains("("));
            } else {
                saysSql = true;
            }
        }

        private static boolean isEager(Fetchable part) {
            return part.getMappedFetchOptions().getTiming() == FetchTiming.IMMEDIATE;
        }

        Tables told() {
            return saysSql ? Tables.unknown() : Tables.of(tables);
        }
    }
}
