package dev.facade.event;

import dev.facade.engine.entity.EntityShape;

/** A type of the front wing that shows one of the engine. */
public final class PlantedWindow {

    private PlantedWindow() {}

    /** What nobody may see. */
    @SuppressWarnings("exports")
    public static EntityShape view() {
        throw new IllegalStateException("planted");
    }
}
