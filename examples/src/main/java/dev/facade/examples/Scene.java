package dev.facade.examples;

/** One part of the demo. */
interface Scene {

    /** The subject of the scene. */
    String title();

    /** Plays it; leaves all servers running and no facade open. */
    void play(Stage stage);
}
