package dev.facade;

/** An error as in a process without memory: whoever tries to say what it is runs into the next one. */
public final class Unspeakable extends OutOfMemoryError {

    private static final long serialVersionUID = 1;

    /** Made where it is thrown. */
    public Unspeakable() {}

    @Override
    public String getMessage() {
        throw new OutOfMemoryError("again");
    }

    @Override
    public String toString() {
        throw new OutOfMemoryError("again");
    }
}
