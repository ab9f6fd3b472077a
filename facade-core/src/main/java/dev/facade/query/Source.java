package dev.facade.query;

import jakarta.persistence.metamodel.EntityType;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The source of a query's rows: an entity, or another query. Immutable. */
sealed interface Source {

    /** Declares itself under a name, and writes itself with its alias, which it returns. */
    String render(Rendering out, @Nullable String name);

    /** A word for messages. */
    String subject();

    /** The entities of a class. */
    record OfEntity(Class<?> type) implements Source {
        @Override
        public String render(Rendering out, @Nullable String name) {
            EntityType<?> entity = out.entity(type);
            String alias = out.declare(name, entity, Set.of());
            out.add(entity.getName()).add(" ").add(alias);
            return alias;
        }

        @Override
        public String subject() {
            return type.getSimpleName();
        }
    }

    /** The values that another query selects. */
    record OfQuery(Query<?> query) implements Source {
        @Override
        public String render(Rendering out, @Nullable String name) {
            out.hibernateOnly("a subquery as a source");
            query.renderDerived(out);
            String alias = out.declare(name, null, new LinkedHashSet<>(query.columns()));
            out.add(" ").add(alias);
            return alias;
        }

        @Override
        public String subject() {
            return "(" + query.subject() + ")";
        }
    }
}
