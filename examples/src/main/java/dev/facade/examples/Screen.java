package dev.facade.examples;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Standard output in UTF-8, with one line that changes in place if somebody is watching. For one thread. */
final class Screen {

    private static final String INDENT = "   ";
    private static final int WIDTH = 88;

    private final PrintStream out =
            new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);

    @SuppressWarnings("SystemConsoleNull") // the pom asks for the console that is null without a terminal
    private final boolean watched = System.console() != null;

    private int liveLength;

    void title(String text) {
        say("");
        out.println(text);
        out.println("─".repeat(text.length()));
    }

    void say(String text) {
        clearLive();
        out.println(text.isEmpty() ? "" : INDENT + text);
    }

    /** Breaks a long text between words. */
    void quote(String text) {
        StringBuilder line = new StringBuilder();
        for (String word : text.split("\\s+", -1)) {
            if (line.length() + word.length() >= WIDTH && line.length() > 0) {
                say("  " + line);
                line.setLength(0);
            }
            line.append(line.length() == 0 ? "" : " ").append(word);
        }
        say("  " + line);
    }

    /** Replaces the live line; says nothing where a line cannot be replaced. */
    void live(String text) {
        if (watched) {
            clearLive();
            out.print(INDENT + text);
            out.flush();
            liveLength = INDENT.length() + text.length();
        }
    }

    void failure(Throwable failure) {
        clearLive();
        failure.printStackTrace(out);
    }

    private void clearLive() {
        if (liveLength > 0) {
            out.print("\r" + " ".repeat(liveLength) + "\r");
            liveLength = 0;
        }
    }
}
