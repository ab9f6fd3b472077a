package dev.facade.consistency;

import dev.facade.cluster.Position;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * How far a session was, as a signed text that another process accepts: in a cookie, a header, a message, a job. Immutable,
 * thread-safe.
 *
 * <p>Its form is {@code f1.key.position.signature}, with HMAC-SHA256 (RFC 2104) over what is before the signature. A
 * text that nobody has signed with one of the keys is no token; one that is right but of another cluster, of another
 * history or of the future harms nobody, see {@link CausalSession}.
 *
 * <pre>{@code
 * CausalToken.Keys keys = CausalToken.Keys.of("2026", secret);
 * Optional<String> text = repo.token().map(keys::write);      // goes to another process
 * Optional<CausalToken> token = text.flatMap(keys::read);     // there: empty if somebody has changed it
 * }</pre>
 */
public final class CausalToken {

    private static final String VERSION = "f1";
    private static final int LONGEST = 1000;
    private static final String ALGORITHM = "HmacSHA256";
    private static final Pattern KEY_NAME = Pattern.compile("[A-Za-z0-9_-]{1,16}");
    private static final int LEAST_SECRET = 16;

    private final Position position;

    private CausalToken(Position position) {
        this.position = position;
    }

    /**
     * Makes a token of a position.
     *
     * @param position how far its reader must be
     * @return the token
     */
    public static CausalToken of(Position position) {
        return new CausalToken(Objects.requireNonNull(position, "position"));
    }

    /**
     * Returns how far its reader must be.
     *
     * @return the position
     */
    public Position position() {
        return position;
    }

    @Override
    public String toString() {
        return "token of " + position;
    }

    /** The keys that tokens are signed with. Immutable, thread-safe. */
    public static final class Keys {

        private final String current;
        private final Map<String, byte[]> secrets;

        private Keys(String current, Map<String, byte[]> secrets) {
            this.current = current;
            this.secrets = secrets;
        }

        /**
         * Signs with a key.
         *
         * @param name letters, digits, hyphens and underscores, at most 16; it stands in the token
         * @param secret at least 16 bytes, the same in all processes
         * @return the keys
         */
        public static Keys of(String name, byte[] secret) {
            return new Keys(checked(name, secret), Map.of(name, secret.clone()));
        }

        /**
         * Accepts tokens of another key too: of the one before, or of the one to come.
         *
         * @param name the key's name
         * @param secret its secret
         * @return a copy
         */
        public Keys accepting(String name, byte[] secret) {
            Map<String, byte[]> more = new LinkedHashMap<>(secrets);
            if (more.putIfAbsent(checked(name, secret), secret.clone()) != null) {
                throw new IllegalArgumentException("key: '" + name + "' is there twice (expected: unique names)");
            }
            return new Keys(current, more);
        }

        private static String checked(String name, byte[] secret) {
            if (!KEY_NAME.matcher(name).matches()) {
                throw new IllegalArgumentException(
                        "key: '" + name + "' (expected: letters, digits, hyphens and underscores, at most 16)");
            }
            if (secret.length < LEAST_SECRET) {
                throw new IllegalArgumentException(
                        "secret: of " + secret.length + " bytes (expected: at least " + LEAST_SECRET + ")");
            }
            return name;
        }

        /**
         * Writes and signs a token.
         *
         * @param token the token
         * @return its text, fit for a cookie and a header
         */
        public String write(CausalToken token) {
            String body =
                    VERSION + "." + current + "." + token.position().text().replace('/', '_');
            return body + "." + signature(body, Objects.requireNonNull(secrets.get(current)));
        }

        /**
         * Reads a token.
         *
         * @param text a text from anywhere, or null
         * @return the token; empty if it was not signed with one of the keys
         */
        public Optional<CausalToken> read(@Nullable String text) {
            if (text == null) {
                return Optional.empty();
            }
            String[] parts = text.length() > LONGEST ? new String[0] : text.split("\\.", -1);
            byte[] secret = parts.length == 4 && parts[0].equals(VERSION) ? secrets.get(parts[1]) : null;
            if (secret == null) {
                return Optional.empty();
            }
            String body = text.substring(0, text.lastIndexOf('.'));
            boolean signed = MessageDigest.isEqual(
                    signature(body, secret).getBytes(StandardCharsets.US_ASCII),
                    parts[3].getBytes(StandardCharsets.US_ASCII));
            Position position = signed ? Position.parse(parts[2].replace('_', '/')) : null;
            return Optional.ofNullable(position).map(CausalToken::new);
        }

        private static String signature(String body, byte[] secret) {
            try {
                Mac mac = Mac.getInstance(ALGORITHM);
                mac.init(new SecretKeySpec(secret, ALGORITHM));
                byte[] signed = mac.doFinal(body.getBytes(StandardCharsets.US_ASCII));
                return Base64.getUrlEncoder().withoutPadding().encodeToString(signed);
            } catch (GeneralSecurityException missing) {
                throw new IllegalStateException("every JVM has " + ALGORITHM, missing);
            }
        }
    }
}
