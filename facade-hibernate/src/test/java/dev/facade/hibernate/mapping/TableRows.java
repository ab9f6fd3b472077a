package dev.facade.hibernate.mapping;

import java.sql.Array;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.generator.Assigned;
import org.hibernate.metamodel.spi.MappingMetamodelImplementor;
import org.hibernate.persister.entity.EntityPersister;

/** The rows of a kind's tables, as the database has them. Generated keys are numbered, the present is called now. */
final class TableRows {

    /** Instead of a table, for what is generated and no key: its values may be the same by chance. */
    private static final String ANY = "";

    private final Connection connection;
    private final Db db;
    private final List<String> tables;

    /** Those whose past the database keeps itself, beside the rows. */
    private final Set<String> versioned = new HashSet<>();

    /** {@code table.column} of each generated key and of each column that refers to one, and the table it belongs to. */
    private final Map<String, String> keys = new HashMap<>();

    TableRows(Connection connection, Db db, SessionFactoryImplementor factory, Kind<?> kind) throws SQLException {
        this.connection = connection;
        this.db = db;
        Set<String> names = new LinkedHashSet<>();
        MappingMetamodelImplementor metamodel = factory.getMappingMetamodel();
        List<Class<?>> types = new ArrayList<>(kind.others);
        types.add(kind.type);
        metamodel.forEachEntityDescriptor(persister -> {
            boolean derived = kind.isDerived && persister.getMappedClass() == kind.type;
            if ((types.contains(persister.getMappedClass()) && !derived) || isAudit(persister, types)) {
                add(persister, names);
            }
        });
        metamodel.forEachCollectionDescriptor(collection -> {
            if (types.contains(collection.getOwnerEntityPersister().getMappedClass())) {
                for (Object space : collection.getCollectionSpaces()) {
                    addTable(space.toString(), names);
                }
            }
        });
        names.addAll(kind.tables);
        tables = List.copyOf(names);
        kind.generated.stream().filter(name -> name.contains(".")).forEach(name -> keys.put(plain(name), ANY));
        followReferences();
    }

    private static boolean isAudit(EntityPersister persister, List<Class<?>> types) {
        return types.stream().anyMatch(type -> persister.getEntityName().startsWith(type.getName() + "_AUD"));
    }

    private void add(EntityPersister persister, Set<String> names) {
        for (String table : persister.getTableNames()) {
            addTable(table, names);
        }
        if (persister.getTemporalMapping() != null) { // where the history is
            addTable(persister.getTemporalMapping().getTableName(), names);
            if (db == Db.MARIADB) {
                versioned.add(persister.getTemporalMapping().getTableName());
            }
        }
        boolean generated = !(persister.getGenerator() instanceof Assigned)
                && persister.getGenerator().generatesOnInsert()
                && !persister.getIdentifierType().isComponentType();
        if (generated) {
            String root = plain(persister.getTableNames()[0]);
            for (String column : persister.getIdentifierColumnNames()) {
                for (String table : persister.getTableNames()) {
                    keys.put(plain(table) + "." + plain(column), root);
                }
            }
        }
    }

    private static void addTable(String table, Set<String> names) {
        if (!table.startsWith("(")) {
            names.add(table);
        }
    }

    /** A column that refers to a generated key is one. */
    private void followReferences() throws SQLException {
        DatabaseMetaData metadata = connection.getMetaData();
        boolean grown = true;
        while (grown) {
            grown = false;
            for (String table : tables) {
                String bare = table.replaceAll("[\"`]", "");
                String stored = bare.equals(table) && metadata.storesUpperCaseIdentifiers()
                        ? bare.toUpperCase(Locale.ROOT)
                        : bare.equals(table) && metadata.storesLowerCaseIdentifiers()
                                ? bare.toLowerCase(Locale.ROOT)
                                : bare;
                try (ResultSet imported = metadata.getImportedKeys(connection.getCatalog(), null, stored)) {
                    while (imported.next()) {
                        String target = keys.get(
                                plain(imported.getString("PKTABLE_NAME") + "." + imported.getString("PKCOLUMN_NAME")));
                        String column =
                                plain(imported.getString("FKTABLE_NAME") + "." + imported.getString("FKCOLUMN_NAME"));
                        if (target != null && !target.equals(keys.put(column, target))) {
                            grown = true;
                        }
                    }
                }
            }
        }
    }

    private static String plain(String name) {
        return name.replaceAll("[\"`]", "").toLowerCase(Locale.ROOT);
    }

    void clear() throws SQLException {
        if (tables.isEmpty()) {
            return;
        }
        try (Statement statement = connection.createStatement()) {
            statement.addBatch(db.withoutKeys);
            for (String table : tables) {
                statement.addBatch("delete from " + table);
                if (versioned.contains(table)) {
                    statement.addBatch("delete history from " + table);
                }
            }
            statement.addBatch(db.withKeys);
            statement.executeBatch();
        }
    }

    /** A line for each row: the table, and each column with its value. */
    List<String> read() throws SQLException {
        List<Row> rows = new ArrayList<>();
        for (String table : tables) {
            try (Statement statement = connection.createStatement();
                    ResultSet result = statement.executeQuery(
                            "select * from " + table + (versioned.contains(table) ? " for system_time all" : ""))) {
                ResultSetMetaData columns = result.getMetaData();
                while (result.next()) {
                    Map<String, String> values = new TreeMap<>();
                    for (int i = 1; i <= columns.getColumnCount(); i++) {
                        values.put(plain(columns.getColumnLabel(i)), value(result, i, columns.getColumnTypeName(i)));
                    }
                    rows.add(new Row(plain(table), values));
                }
            }
        }
        return numbered(rows);
    }

    private String value(ResultSet result, int column, String type) throws SQLException {
        if (db == Db.POSTGRES && type.equals("oid")) {
            return largeObject(result.getLong(column), result.wasNull());
        }
        Object value = result.getObject(column);
        if (db == Db.POSTGRES && type.equals("timestamptz")) {
            value = result.getObject(column, java.time.OffsetDateTime.class);
        }
        if (value instanceof Array array) {
            return String.valueOf(Picture.of(array.getArray()));
        }
        return Picture.of(value);
    }

    private String largeObject(long oid, boolean isNull) throws SQLException {
        if (isNull) {
            return "null";
        }
        try (Statement statement = connection.createStatement();
                ResultSet bytes = statement.executeQuery("select lo_get(" + oid + ")")) {
            bytes.next();
            return "large " + Picture.of(bytes.getBytes(1));
        }
    }

    private record Row(String table, Map<String, String> values) {}

    private List<String> numbered(List<Row> rows) {
        Map<String, Map<String, String>> numbers = new HashMap<>();
        rows.stream()
                .sorted(Comparator.comparing((Row row) -> text(row, null)).thenComparing(this::rawKeys))
                .forEach(row -> row.values.forEach((column, value) -> {
                    String target = keys.get(row.table + "." + column);
                    if (target != null && !value.equals("null")) {
                        Map<String, String> known = numbers.computeIfAbsent(target, any -> new LinkedHashMap<>());
                        known.putIfAbsent(value, target.equals(ANY) ? "#" : "#" + (known.size() + 1));
                    }
                }));
        List<String> lines = new ArrayList<>();
        rows.forEach(row -> lines.add(text(row, numbers)));
        Collections.sort(lines);
        return lines;
    }

    /** Keys that come later are longer or greater. */
    private String rawKeys(Row row) {
        StringBuilder raw = new StringBuilder();
        row.values.forEach((column, value) -> {
            if (keys.containsKey(row.table + "." + column)) {
                raw.append(String.format("%12s", value));
            }
        });
        return raw.toString();
    }

    private String text(Row row, Map<String, Map<String, String>> numbers) {
        Map<String, String> shown = new TreeMap<>();
        row.values.forEach((column, value) -> {
            String target = keys.get(row.table + "." + column);
            String number = numbers == null
                    ? "#"
                    : numbers.getOrDefault(target, Map.of()).get(value);
            shown.put(column, target == null || value.equals("null") ? value : number);
        });
        return row.table + " " + shown;
    }
}
