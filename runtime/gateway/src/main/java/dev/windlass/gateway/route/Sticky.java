package dev.windlass.gateway.route;

import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What of a request decides its revision, so that a user stays with one.
 *
 * @param name the header's or cookie's, where that is what counts; with users, of a header for requests that name none
 * @param salt parts experiments
 */
public record Sticky(By by, String name, String salt) {
    public static final Sticky NONE = new Sticky(By.None, "", "");

    /** The kinds of keys. */
    public enum By {
        /** Nothing: every request may go elsewhere. */
        None,
        /** OpenAI's {@code user} field, or a header where there is none. */
        User,
        /** The key's name where keys are asked for, and what {@code Authorization} says where not. */
        ApiKey,
        /** A header. */
        Header,
        /** A cookie. */
        Cookie
    }

    public Sticky {
        if ((by == By.Header || by == By.Cookie) && name.isBlank()) {
            throw new IllegalArgumentException("sticky: expected the name of the %s, got none".formatted(by));
        }
    }

    /**
     * The request's key, if it has one.
     *
     * @param header a request's headers by name
     * @param user the body's {@code user}
     * @param caller who asks, as far as it is known; otherwise empty
     */
    public Optional<String> key(Function<String, @Nullable String> header, @Nullable String user, String caller) {
        return Optional.ofNullable(
                        switch (by) {
                            case None -> null;
                            case User -> user == null || user.isEmpty() ? header(header) : user;
                            case ApiKey -> caller.isEmpty() ? header.apply("authorization") : caller;
                            case Header -> header.apply(name);
                            case Cookie -> cookie(header.apply("cookie"));
                        })
                .filter(key -> !key.isEmpty());
    }

    private @Nullable String header(Function<String, @Nullable String> header) {
        return name.isEmpty() ? null : header.apply(name);
    }

    private @Nullable String cookie(@Nullable String header) {
        if (header == null) {
            return null;
        }
        for (String part : header.split(";", -1)) {
            int equals = part.indexOf('=');
            if (equals > 0 && part.substring(0, equals).trim().equals(name)) {
                return part.substring(equals + 1).trim();
            }
        }
        return null;
    }
}
