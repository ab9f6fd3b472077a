package dev.facade.hibernate.mapping;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which cells of the columns that insert many are refused, or have no meaning. */
final class BulkExpectations {

    private static final Set<Db> NO_MERGE = EnumSet.of(Db.MARIADB);

    /** Kinds whose samples have elements in collections. */
    private static final List<String> COLLECTIONS = List.of(
            "one-to-many, mappedBy",
            "one-to-many, mappedBy, orphanRemoval",
            "one-to-many, join column",
            "one-to-many, join column, orphanRemoval",
            "one-to-many, join table",
            "one-to-many, @OrderBy",
            "one-to-many, @SQLOrder",
            "one-to-many, @OrderColumn",
            "one-to-many, map by key",
            "one-to-many, @SQLRestriction",
            "one-to-many, to the same class",
            "many-to-many",
            "many-to-many, inverse",
            "element collection, a set of basics",
            "element collection, an ordered list",
            "element collection, a bag",
            "element collection, a map",
            "element collection, eager",
            "element collection of embeddables",
            "one-to-many to @SoftDelete rows",
            "a schema per tenant");

    /** Kinds of which a row is more than one plain insert, and the words for it. */
    private static final Map<String, String> NOT_PLAIN = Map.of(
            "secondary table", "spread over tables",
            "to-one, through a join table", "spread over tables",
            "joined, a subclass", "spread over tables",
            "Envers' @Audited", "@Audited by Envers",
            "Hibernate's @Audited", "keeps a history",
            "@Temporal", "keeps a history",
            "@SQLInsert, @SQLUpdate, @SQLDelete", "@SQLInsert");

    /** Kinds whose samples are of several classes, and whether the second is in several tables. */
    private static final Map<String, Boolean> MIXED = Map.of(
            "single table", false,
            "joined", true,
            "joined, with a discriminator", true,
            "joined, generated key", true,
            "table per class", false,
            "discriminator by formula", false,
            "an association of a subclass", false,
            "a to-one of a subclass, joined", true);

    private static final List<String> COMPOSITE_KEYS = List.of(
            "@EmbeddedId, a class",
            "@EmbeddedId, a record",
            "@IdClass, a class",
            "@IdClass, a record",
            "@IdClass with a to-one",
            "@EmbeddedId with a to-one",
            "@IdClass with a generated part",
            "@EmbeddedId with a generated part",
            "@MapsId, into an @EmbeddedId");

    private static final List<String> FIXED_KEYS = List.of(
            "UUID, chosen by the caller",
            "@EmbeddedId, a class",
            "@EmbeddedId, a record",
            "@EmbeddedId with a to-one",
            "@EmbeddedId with a generated part",
            "@MapsId",
            "@MapsId, into an @EmbeddedId",
            "one-to-one, shared key");

    private static final List<String> UNIQUE = List.of(
            "@NaturalId",
            "one-to-one, owning",
            "one-to-one, orphanRemoval",
            "to-one, cascaded",
            "one-to-one, inverse and cascaded");

    private static final List<String> AS_ROWS = List.of("insertAll, entities as rows", "insertAllReturning");
    private static final List<String> BY_NAME = List.of("insertAll, maps", "insertAll, records");
    private static final List<String> UPSERTS =
            List.of("upsert, nothing", "upsert, replaceAll", "upsert, replace", "upsert, update");

    private static final List<String> CHANGING = List.of("upsert, replaceAll", "upsert, replace", "upsert, update");

    private final Operations operations;

    private BulkExpectations(Operations operations) {
        this.operations = operations;
    }

    static Operations of(Operations operations) {
        for (Operation operation : operations.all) {
            for (Db db : Db.values()) {
                operations.refused(Set.of(db), "@Subselect", operation.name(), "@Subselect");
            }
        }
        operations.all.stream()
                .map(Operation::name)
                .filter(name -> name.startsWith("upsert") || name.equals("insertAllReturning"))
                .forEach(name -> operations.refused(NO_MERGE, "*", name, "MariaDB"));
        new BulkExpectations(operations).add();
        return operations;
    }

    private void refused(String kind, List<String> some, String words) {
        some.forEach(operation -> operations.refused(kind, operation, words));
    }

    private void add() {
        COLLECTIONS.forEach(kind -> {
            refused(kind, AS_ROWS, "expected: empty");
            refused(kind, List.of("upsert of a new one"), "expected: empty");
            refused(kind, BY_NAME, "collection");
        });
        NOT_PLAIN.forEach((kind, words) -> {
            // MariaDB keeps the history of @Temporal itself
            Set<Db> databases = kind.equals("@Temporal") ? EnumSet.of(Db.POSTGRES, Db.H2) : EnumSet.allOf(Db.class);
            BY_NAME.forEach(operation -> operations.refused(databases, kind, operation, words));
            operations.refused(databases, kind, "insertAll, query", words);
            refused(kind, UPSERTS, words);
            refused(kind, List.of("upsert of a new one"), words);
        });
        MIXED.forEach((kind, several) -> {
            refused(kind, AS_ROWS, "expected: a ");
            none(kind, BY_NAME, "a row by name is of the class that is asked for");
            if (several) {
                refused(kind, UPSERTS, "spread over tables");
                refused(kind, List.of("upsert of a new one"), "spread over tables");
            }
        });
        addAround();
        COMPOSITE_KEYS.forEach(kind -> refused(kind, List.of("insertAllReturning"), "several columns"));
        FIXED_KEYS.forEach(
                kind -> operations.none(kind, "insertAll, query", "no expression of a query makes another key of one"));
        UNIQUE.forEach(kind -> operations.none(kind, "insertAll, query", "a copy would break a unique key"));
        addKeys();
        addColumns();
        addReferences();
    }

    private void none(String kind, List<String> some, String reason) {
        some.forEach(operation -> operations.none(kind, operation, reason));
    }

    private void addAround() {
        for (String kind : List.of("@EntityListeners", "callbacks of the entity")) {
            none(kind, BY_NAME, "a row by name has no callbacks");
            none(kind, CHANGING, "the callbacks of an upsert are those of an insert");
        }
        String after = "callbacks after the write, and around a removal";
        none(after, AS_ROWS, "rows have callbacks before their insert alone");
        none(after, BY_NAME, "a row by name has no callbacks");
        none(after, List.of("insertAll, query"), "rows of a query have no callbacks");
        none(
                after,
                List.of("upsert of a new one"),
                "an upsert does not tell whether it has inserted, so no PostPersist");
        none(after, CHANGING, "an upsert does not tell whether it has updated, so no PostUpdate");
        operations.none("@SQLSelect", "insertAllReturning", "rows come back by a query, which passes by @SQLSelect");
        operations.none(Set.of(Db.H2), "@View", "*", "no view of H2 can be written");
        operations.refused("inheritance among embeddables", "insertAll, query", "with subclasses");
        operations.none(
                "@OptimisticLock(excluded)",
                "upsert, replaceAll",
                "all attributes are replaced, also those that count for the version");
        operations.refused("an association of a subclass", "upsert of a new one", "expected: empty");
    }

    private void addKeys() {
        operations.refused("table generator", "insertAll, query", "selects no id");
        for (String kind : List.of("UUID, generated", "UUID, style 4", "UUID, style 7")) {
            operations.refused(Set.of(Db.MARIADB), kind, "insertAll, query", "selects no id");
        }
        operations.refused("@IdClass with a generated part", "insertAll, query", "selects no");
        operations.refused("@IdClass with a generated part", "upsert of a new one", "all of its parts");
        operations.refused("@EmbeddedId with a generated part", "upsert of a new one", "all of its parts");
    }

    private void addColumns() {
        refused("@Immutable entity", CHANGING, "expected: nothing()");
        operations.refused("@Column(insertable = false)", "upsert, replaceAll", "replaceAllExcept");
        operations.refused("@Column(insertable = false)", "upsert, replace", "an insert writes");
        operations.refused("@ColumnTransformer", "upsert, update", "replace(...)");
        for (String kind : List.of("embeddable as JSON", "@Struct")) {
            operations.refused(kind, "upsert, update", "replace(...)");
            operations.refused(kind, "insertAll, query", "columns are all inserted");
        }
    }

    private void addReferences() {
        operations.refused("@Any", "insertAll, query", "of a reference its key is selected");
        refused("one-to-one, inverse and cascaded", AS_ROWS, "expected: empty");
        refused("one-to-one, inverse and cascaded", List.of("upsert of a new one"), "expected: empty");
        refused("one-to-one, inverse and cascaded", BY_NAME, "other side's reference");
        for (String kind : List.of("to-one, cascaded", "one-to-one, orphanRemoval")) {
            refused(kind, AS_ROWS, "inserted before");
            refused(kind, BY_NAME, "inserted before");
            refused(kind, List.of("upsert of a new one"), "inserted before");
        }
    }
}
