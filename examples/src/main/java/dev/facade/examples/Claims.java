package dev.facade.examples;

import java.util.Objects;

/** Says what is claimed, checks it, and keeps count. For one thread. */
final class Claims {

    private final Screen screen;
    private int checked;
    private int broken;

    Claims(Screen screen) {
        this.screen = screen;
    }

    void holds(String claim, boolean condition) {
        equal(claim, condition, true);
    }

    void equal(String claim, Object actual, Object expected) {
        checked++;
        if (Objects.equals(actual, expected)) {
            screen.say("✔ " + claim);
        } else {
            broken++;
            screen.say("✘ " + claim + ": " + actual + " (expected: " + expected + ")");
        }
    }

    boolean allTrue() {
        return broken == 0;
    }

    @Override
    public String toString() {
        return checked + " claims, " + (allTrue() ? "all of them true" : broken + " of them FALSE");
    }
}
