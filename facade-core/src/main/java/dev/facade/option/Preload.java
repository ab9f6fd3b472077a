package dev.facade.option;

import java.util.List;

/**
 * Associations to load together with what is read. Immutable.
 *
 * <p>Each path is one query per level, all on one node and in one snapshot, whatever the number of entities.
 *
 * @param paths attribute paths such as {@code author} or {@code comments.author}
 */
public record Preload(List<String> paths) implements ReadOption {

    /**
     * Checks and copies the components.
     *
     * @param paths attribute paths such as {@code author} or {@code comments.author}
     */
    public Preload {
        paths = List.copyOf(paths);
        for (String path : paths) {
            if (path.isBlank() || path.startsWith(".") || path.endsWith(".") || path.contains("..")) {
                throw new IllegalArgumentException("path: '" + path + "' (expected: attributes joined by dots)");
            }
        }
    }

    /**
     * Names the associations to load.
     *
     * @param paths attribute paths such as {@code comments.author}
     * @return the option
     */
    public static Preload of(String... paths) {
        return new Preload(List.of(paths));
    }
}
