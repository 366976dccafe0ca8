package dev.windlass.policy.access;

import dev.windlass.http.ApiException;

/** The words in which callers are turned away. They never hold what the caller showed. */
public final class Denial {
    static final String CHALLENGE = "WWW-Authenticate";
    private static final String INVALID = "invalid_api_key";

    private Denial() {}

    /** Whoever shows something that is of no use. */
    public static ApiException invalid(String reason) {
        return ApiException.invalid(401, null, INVALID, reason);
    }

    static ApiException missing() {
        return ApiException.invalid(
                401,
                null,
                INVALID,
                "You didn't provide an API key. Provide it in a header: Authorization: Bearer YOUR_KEY, or X-API-Key.");
    }

    static ApiException forbidden(String model) {
        return ApiException.invalid(
                403, "model", "model_not_allowed", "This caller may not use the model `%s`.".formatted(model));
    }

    /** How a client should authenticate itself (RFC 6750). */
    static String challenge(boolean hasShownSomething) {
        return "Bearer realm=\"windlass\"" + (hasShownSomething ? ", error=\"invalid_token\"" : "");
    }
}
