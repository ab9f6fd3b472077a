package dev.facade.hibernate.mapping;

/**
 * A column of the table.
 *
 * @param name as the column is headed; unique
 * @param probe compares what the facade does with what plain Hibernate does
 */
record Operation(String name, Body probe) {

    /** What is tried. */
    @FunctionalInterface
    interface Body {

        /**
         * Tries it for one kind on one database.
         *
         * @throws AssertionError what differs
         */
        void run(Probe<?> probe) throws Exception;
    }

    static Operation of(String name, Body probe) {
        return new Operation(name, probe);
    }

    @Override
    public String toString() {
        return name;
    }
}
