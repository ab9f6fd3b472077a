package dev.facade.engine.entity;

import org.jspecify.annotations.Nullable;

/** A caller's value as a message repeats it: whole if it is short. */
public final class Echo {

    private static final int LONGEST = 200;

    private Echo() {}

    /**
     * Cuts off what is too long for a message.
     *
     * @param given a name, a text or a value of the caller's
     * @return its text, or its beginning and how long it is
     */
    public static String of(@Nullable Object given) {
        String text = String.valueOf(given);
        if (text.length() <= LONGEST) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(LONGEST - 1)) ? LONGEST - 1 : LONGEST;
        return text.substring(0, end) + "… (" + text.length() + " characters)";
    }
}
