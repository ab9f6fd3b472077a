package dev.facade.query;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Two conditions joined by {@code or}, if any will do, else by {@code and}. Immutable.
 *
 * <p>A chain of one word is written flat, and a negation is written before what it negates in the end: a parser that meets
 * {@code not (} or needless parentheses looks ahead again and again.
 */
record Junction(boolean any, Condition left, Condition right) implements Node {

    /** The greatest length of a chain. */
    static final int MOST = 32_767;

    /** Longer chains are written in groups, since a parser's tree is as deep as a group is long. */
    private static final int GROUPED_FROM = 400;

    /** Tells whether one will do, if all of it is negated or not. */
    boolean isAny(boolean negated) {
        return any != negated;
    }

    @Override
    public void render(Rendering out) {
        render(out, false);
    }

    void render(Rendering out, boolean negated) {
        List<Condition> parts = parts(negated);
        String word = isAny(negated) ? " or " : " and ";
        int group = parts.size() < GROUPED_FROM ? parts.size() : (int) Math.ceil(Math.sqrt(parts.size()));
        for (int from = 0; from < parts.size(); from += group) {
            boolean grouped = group < parts.size();
            out.add(from == 0 ? "" : word).add(grouped ? "(" : "");
            render(out, word, parts.subList(from, Math.min(from + group, parts.size())));
            out.add(grouped ? ")" : "");
        }
    }

    private static void render(Rendering out, String word, List<Condition> parts) {
        String separator = "";
        for (Condition part : parts) {
            out.add(separator).add(word.equals(" and ") ? part.operand() : part.node());
            separator = word;
        }
    }

    /** What one word joins, however it was put together. */
    private List<Condition> parts(boolean negated) {
        List<Condition> parts = new ArrayList<>();
        Deque<Condition> rest = new ArrayDeque<>();
        push(rest, this, negated);
        while (!rest.isEmpty()) {
            Condition next = rest.pop();
            Junction same = next.junction(isAny(negated));
            if (same != null) {
                push(rest, same, next.isNegated());
            } else if (parts.size() == MOST) {
                throw new IllegalArgumentException(
                        "condition: more than " + MOST + " joined by one word (expected: at most"
                                + " so many; for values of one attribute use in(...), or read in parts)");
            } else {
                parts.add(next);
            }
        }
        return parts;
    }

    private static void push(Deque<Condition> rest, Junction junction, boolean negated) {
        rest.push(negated ? junction.right.not() : junction.right);
        rest.push(negated ? junction.left.not() : junction.left);
    }
}
