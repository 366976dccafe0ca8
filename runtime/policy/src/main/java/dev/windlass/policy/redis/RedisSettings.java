package dev.windlass.policy.redis;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Objects;

/**
 * Which Redis.
 *
 * @param secure whether by TLS
 * @param user empty for the default one
 * @param password empty for none
 * @param patience the longest that a request waits for an answer
 */
public record RedisSettings(
        String host, int port, int database, boolean secure, String user, String password, Duration patience) {
    static final Duration PATIENCE = Duration.ofMillis(100);
    private static final String EXPECTED =
            "redis: expected redis://host[:port][/database], or rediss:// for TLS, got %s";

    /**
     * Of an address such as {@code redis://user@redis.cache:6379/0}.
     *
     * @throws IllegalArgumentException where it is none; a password within the address is refused, since addresses are shown
     */
    public static RedisSettings of(String address, String password) {
        URI uri;
        try {
            uri = new URI(address);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(EXPECTED.formatted("what is no address"), e);
        }
        String user = Objects.requireNonNullElse(uri.getUserInfo(), "");
        if (user.contains(":")) {
            throw new IllegalArgumentException(
                    "redis: the password does not belong into the address; set WINDLASS_REDIS_PASSWORD");
        }
        boolean secure = "rediss".equals(uri.getScheme());
        String path = Objects.requireNonNullElse(uri.getPath(), "").replaceFirst("^/", "");
        if (uri.getHost() == null
                || !(secure || "redis".equals(uri.getScheme()))
                || !path.matches("[0-9]{0,5}")
                || uri.getQuery() != null) {
            throw new IllegalArgumentException(EXPECTED.formatted("\"" + address + "\""));
        }
        return new RedisSettings(
                uri.getHost().replaceAll("^\\[|]$", ""),
                uri.getPort() < 0 ? 6379 : uri.getPort(),
                path.isEmpty() ? 0 : Integer.parseInt(path),
                secure,
                user,
                password,
                PATIENCE);
    }

    /** The same with another patience. */
    public RedisSettings withPatience(Duration other) {
        return new RedisSettings(host, port, database, secure, user, password, other);
    }

    /** Without secrets. */
    @Override
    public String toString() {
        return "%s://%s:%d/%d".formatted(secure ? "rediss" : "redis", host, port, database);
    }
}
