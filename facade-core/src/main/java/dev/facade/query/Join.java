package dev.facade.query;

import jakarta.persistence.metamodel.Attribute;
import jakarta.persistence.metamodel.EntityType;
import jakarta.persistence.metamodel.ManagedType;
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
            String declared = source.render(out, alias);
            renderOn(out, declared, source instanceof Source.OfEntity entity ? out.entity(entity.type()) : null);
        } else if (association != null && alias != null) {
            out.path(association);
            @Nullable ManagedType<?> target = out.joined(association);
            String declared = out.declare(alias, target, Set.of());
            renderOn(out.add(" ").add(declared), declared, target);
        } else if (association != null) {
            out.path(association);
            out.checkJoined(association);
            out.checkFetched(association);
        }
    }

    private void renderOn(Rendering out, String declared, @Nullable ManagedType<?> joined) {
        Condition restriction = joined instanceof EntityType<?> entity ? out.restriction(entity.getJavaType()) : null;
        if (on == null && restriction == null) {
            return;
        }
        out.add(" on ");
        if (on != null) {
            out.add(restriction == null ? on.node() : on.operand()).add(restriction == null ? "" : " and ");
        }
        if (joined != null && restriction != null) {
            out.about(declared, joined, restriction);
        }
    }

    boolean isFetch() {
        return word.endsWith(" fetch");
    }

    boolean isOuter() {
        return word.startsWith("left ");
    }

    /** Tells whether it may find several rows for one; asked before it is written. */
    boolean isMany(Rendering out) {
        Attribute<?, ?> attribute = association == null ? null : out.attribute(association);
        return attribute == null || attribute.isCollection();
    }

    Join withoutFetch() {
        return new Join(word.replace(" fetch", ""), association, source, alias, on);
    }
}
