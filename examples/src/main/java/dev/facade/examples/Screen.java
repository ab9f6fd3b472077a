package dev.facade.examples;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.slf4j.LoggerFactory;

/**
 * Standard output in UTF-8, with one line that changes in place if somebody is watching. Lines of the log come between
 * the others, each on a line of its own. Thread-safe.
 */
final class Screen {

    private static final String INDENT = "   ";
    private static final int WIDTH = 88;

    private final PrintStream out =
            new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);

    @SuppressWarnings("SystemConsoleNull") // the pom asks for the console that is null without a terminal
    private final boolean watched = System.console() != null;

    private int liveLength;

    /** Leads the log here, in place of where the configuration leads it. */
    void takeLog() {
        Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
        root.detachAndStopAllAppenders();
        AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                say("· " + event.getLevel() + " " + event.getFormattedMessage());
            }
        };
        appender.setContext(root.getLoggerContext());
        appender.start();
        root.addAppender(appender);
    }

    synchronized void title(String text) {
        say("");
        out.println(text);
        out.println("─".repeat(text.length()));
    }

    /** Nothing stands below it. */
    synchronized void last(String text) {
        say("");
        out.println("─".repeat(text.length()));
        out.println(text);
    }

    synchronized void say(String text) {
        clearLive();
        out.println(text.isEmpty() ? "" : INDENT + text);
    }

    /** Breaks a long text between words. */
    synchronized void quote(String text) {
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
    synchronized void live(String text) {
        if (watched) {
            clearLive();
            out.print(INDENT + text);
            out.flush();
            liveLength = INDENT.length() + text.length();
        }
    }

    synchronized void failure(Throwable failure) {
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
