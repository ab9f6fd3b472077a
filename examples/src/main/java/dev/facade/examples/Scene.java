package dev.facade.examples;

/** One part of the demo. */
interface Scene {

    /** What it is about. */
    String title();

    /** Plays it; leaves all servers running and no facade open. */
    void play(Stage stage);
}
