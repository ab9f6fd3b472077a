package dev.facade.query;

import dev.facade.engine.entity.Echo;
import java.math.BigDecimal;
import java.util.List;
import java.util.Objects;

/** SQL of the program's own, with a question mark for each argument. */
record Fragment(String sql, List<Node> arguments, Class<?> type) implements Node {

    Fragment {
        Objects.requireNonNull(sql, "sql");
        long marks = sql.chars().filter(c -> c == '?').count();
        if (marks != arguments.size()) {
            throw new IllegalArgumentException("fragment: " + arguments.size() + " argument(s) for '" + Echo.of(sql)
                    + "' (expected: " + marks + ", one for each question mark)");
        }
        if (sql.contains(";") || sql.contains("--") || sql.contains("/*")) {
            throw new IllegalArgumentException(
                    "fragment: '" + Echo.of(sql) + "' (expected: no semicolon and no comment)");
        }
    }

    @Override
    public void render(Rendering out) {
        // a cast to BigDecimal would cut off what is behind the second decimal
        boolean typed = out.isHibernate()
                && !List.of(Number.class, BigDecimal.class, Object.class).contains(type);
        if (typed) {
            out.add("cast(");
        }
        out.add("sql('").add(sql.replace("'", "''")).add("'");
        arguments.forEach(argument -> out.add(", ").add(argument));
        out.add(")");
        if (typed) {
            out.add(" as ").add(Expression.castName(type)).add(")");
        }
    }
}
