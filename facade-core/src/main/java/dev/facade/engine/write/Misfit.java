package dev.facade.engine.write;

import dev.facade.changeset.Changeset;
import dev.facade.changeset.Changeset.Action;
import dev.facade.engine.entity.EntityShape;
import dev.facade.spi.ProviderExtension.TextColumn;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A text that its column cannot hold, too long (22001) or with the NUL character (22021): which field it is of. */
final class Misfit {

    private static final int DEPTH = 16;
    private static final String TOO_LONG = "22001";
    private static final String WRONG_CHARACTER = "22021";

    /** H2 says {@code column "NAME CHARACTER VARYING(5)"}, MariaDB {@code column 'name'}, PostgreSQL nothing. */
    private static final Pattern COLUMN = Pattern.compile("column [\"']{1,3}([^\"' ]+)");

    private final String state;
    private final String message;

    private Misfit(String state, String message) {
        this.state = state;
        this.message = message;
    }

    static Optional<Misfit> in(Throwable failure) {
        Throwable current = failure;
        for (int depth = 0; current != null && depth < DEPTH; depth++) {
            if (current instanceof SQLException sql && sql.getSQLState() != null) {
                boolean misfit =
                        sql.getSQLState().equals(TOO_LONG) || sql.getSQLState().equals(WRONG_CHARACTER);
                return misfit
                        ? Optional.of(new Misfit(sql.getSQLState(), String.valueOf(sql.getMessage())))
                        : Optional.empty();
            }
            current = current.getCause();
        }
        return Optional.empty();
    }

    /** With an error for each field that does not fit; empty if none can be named. */
    <T> Optional<Changeset<T>> fieldsOf(Changeset<T> changeset, List<TextColumn> columns) {
        Object entity = changeset.applyChanges();
        Changeset<T> told = changeset;
        for (TextColumn column : columns) {
            String[] path = column.path().split("\\.");
            boolean written =
                    changeset.action() == Action.INSERT || changeset.changes().containsKey(path[0]);
            if (written && value(entity, path) instanceof String text && isMisfit(text, column)) {
                told = withError(told, path, 0, column);
            }
        }
        return told == changeset ? Optional.empty() : Optional.of(told);
    }

    private static @Nullable Object value(Object entity, String[] path) {
        Object value = entity;
        for (String name : path) {
            EntityShape shape = value == null ? null : EntityShape.of(value.getClass());
            value = shape == null || !shape.has(name)
                    ? null
                    : shape.property(name).get(value);
        }
        return value;
    }

    private boolean isMisfit(String text, TextColumn column) {
        if (state.equals(WRONG_CHARACTER)) {
            return text.indexOf(0) >= 0;
        }
        Integer length = column.length();
        return (length != null && text.codePointCount(0, text.length()) > length) || isNamed(column);
    }

    /** By the database, whose column may be shorter than the mapping says. */
    private boolean isNamed(TextColumn column) {
        Matcher matcher = COLUMN.matcher(message);
        return matcher.find() && bare(matcher.group(1)).equals(bare(column.name()));
    }

    private static String bare(String name) {
        return name.replaceAll("[\"`]", "").toLowerCase(Locale.ROOT);
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private <T> Changeset<T> withError(Changeset<T> changeset, String[] path, int at, TextColumn column) {
        boolean last = at == path.length - 1;
        if (!last && changeset.changes().get(path[at]) instanceof Changeset child) {
            return changeset.withChildren(path[at], withError(child, path, at + 1, column));
        }
        String field = String.join(".", List.of(path).subList(at, path.length));
        if (state.equals(WRONG_CHARACTER)) {
            return changeset.addError(field, "must not contain the NUL character", Map.of("validation", "text"));
        }
        Map<String, Object> parameters = new LinkedHashMap<>(Map.of("validation", "length", "type", "string"));
        if (column.length() == null) {
            return changeset.addError(field, "is too long", parameters);
        }
        parameters.put("kind", "max");
        parameters.put("count", column.length());
        return changeset.addError(field, "should be at most %{count} character(s)", parameters);
    }
}
