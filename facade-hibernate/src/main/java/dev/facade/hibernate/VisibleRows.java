package dev.facade.hibernate;

import dev.facade.query.Query;
import jakarta.persistence.EntityManager;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The rows of a table that an entity's class sees: those of its discriminator, and of its mapping's restriction.
 *
 * @param alias that Hibernate gives the table
 * @param condition in SQL, or an empty text if all are seen
 * @param delete Hibernate's delete of them, whose values are the condition's
 */
record VisibleRows(String alias, String condition, Translation delete) {

    private static final Pattern DELETE =
            Pattern.compile("delete from (?:\"[^\"]*\"|[^\\s\"])+ (\\w+)(?: where (.+))?", Pattern.DOTALL);

    static VisibleRows of(EntityManager entityManager, Class<?> entity) {
        Translation delete = Translation.of(Query.from(entity).compileDelete(entityManager));
        Matcher matcher = DELETE.matcher(delete.sql());
        if (!matcher.matches()) {
            throw new UnsupportedOperationException(
                    "onConflict: " + delete.sql() + " (expected: a delete of one table)");
        }
        String where = matcher.group(2);
        return new VisibleRows(matcher.group(1), where == null ? "" : where, delete);
    }
}
