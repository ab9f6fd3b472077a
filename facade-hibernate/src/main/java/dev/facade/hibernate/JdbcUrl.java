package dev.facade.hibernate;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A JDBC URL as messages show it. Nobody knows which of a driver's parameters are secrets, so none of their values is
 * shown, nor what stands before an {@code @}.
 */
final class JdbcUrl {

    private static final String HIDDEN = "***";
    private static final Pattern SCHEME = Pattern.compile("(?:jdbc:)?[A-Za-z][A-Za-z0-9+.-]*:(?://)?");

    /** Of most drivers {@code ?name=} or {@code ;name=}, of DB2's {@code :name=}. */
    private static final Pattern PARAMETERS = Pattern.compile("[?;&].*|[:/\\s]?\\w+\\s*=.*", Pattern.DOTALL);

    private JdbcUrl() {}

    /** The URL without what may be secret. */
    static String shown(String url) {
        Matcher parameters = PARAMETERS.matcher(url);
        boolean any = parameters.find();
        String head = any ? url.substring(0, parameters.start()) : url;
        String tail = any ? url.substring(parameters.start()) : "";
        int at = head.lastIndexOf('@');
        if (tail.indexOf('@') >= 0) { // a password may contain anything, so nobody knows where it ends
            return scheme(url) + HIDDEN;
        }
        String address = at < 0 ? head : scheme(head) + HIDDEN + head.substring(at);
        return any ? address + "?" + HIDDEN : address;
    }

    private static String scheme(String url) {
        Matcher scheme = SCHEME.matcher(url);
        return scheme.lookingAt() ? scheme.group() : "";
    }
}
