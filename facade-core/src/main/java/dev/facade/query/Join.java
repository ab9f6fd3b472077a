package dev.facade.query;

import jakarta.persistence.metamodel.Attribute;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One join of a query: along an association, or to a source of its own. Immutable. */
record Join(
        String word,
        @Nullable String association,
        @Nullable Source source,
        @Nullable String alias,
        @Nullable Condition on) {

    void render(Rendering out) {
        out.add(" ").add(word).add(" ");
        if (source != null) {
            source.render(out, alias);
        } else if (association != null) {
            out.path(association);
            if (alias != null) {
                out.add(" ").add(out.declare(alias, out.joined(association), Set.of()));
            } else {
                out.checkJoined(association);
            }
        }
        if (on != null) {
            out.add(" on ").add(on.node());
        }
    }

    boolean isFetch() {
        return word.endsWith(" fetch");
    }

    boolean isOuter() {
        return word.startsWith("left ");
    }

    /** Whether it may find several rows for one; asked before it is written. */
    boolean isMany(Rendering out) {
        Attribute<?, ?> attribute = association == null ? null : out.attribute(association);
        return attribute == null || attribute.isCollection();
    }

    Join withoutFetch() {
        return new Join(word.replace(" fetch", ""), association, source, alias, on);
    }
}
