package dev.facade.option;

/**
 * How much a read matters when the master serves reads that no replica could: it decides who gets the last of its
 * permits, and who waits for one. It means nothing elsewhere, and nothing to reads that name the master or lock rows.
 *
 * <pre>{@code
 * List<Post> report = repo.all(Post.class, Priority.LOW); // gives way when only the master is left
 * }</pre>
 */
public enum Priority implements ReadOption {
    /** Can be left out: gets at most half of the permits. */
    LOW(1, 2),
    /** The default: gets at most three quarters of the permits. */
    NORMAL(3, 4),
    /** Gets any permit; the first to get one that becomes free, and waits ten times as long for it. */
    HIGH(1, 1);

    private final int share;
    private final int of;

    Priority(int share, int of) {
        this.share = share;
        this.of = of;
    }

    /**
     * Tells how many of a number of permits reads of this priority may hold together with all others.
     *
     * @param permits all permits, at least 1
     * @return at least 1
     */
    public int shareOf(int permits) {
        return (int) (((long) permits * share + of - 1) / of);
    }

    /**
     * Returns the next higher priority.
     *
     * @return the next higher one, or the highest
     */
    public Priority raised() {
        return this == LOW ? NORMAL : HIGH;
    }
}
