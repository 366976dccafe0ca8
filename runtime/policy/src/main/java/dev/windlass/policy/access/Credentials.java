package dev.windlass.policy.access;

import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Where callers show their secret: {@code Authorization: Bearer}, or {@code X-API-Key} where there is no such header. Never in the URL. */
final class Credentials {
    static final String AUTHORIZATION = "authorization";
    static final String API_KEY = "x-api-key";
    /** What no runtime may see of a request whose caller is known. */
    static final Set<String> HEADERS = Set.of(AUTHORIZATION, API_KEY);

    private static final String SCHEME = "bearer ";

    private Credentials() {}

    /** @param header a header's value by its name in lower case */
    static Optional<String> token(Function<String, Optional<String>> header) {
        var authorization = header.apply(AUTHORIZATION);
        return (authorization.isPresent() ? authorization.flatMap(Credentials::bearer) : header.apply(API_KEY))
                .map(String::strip)
                .filter(token -> !token.isEmpty());
    }

    private static Optional<String> bearer(String authorization) {
        return authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                ? Optional.of(authorization.substring(SCHEME.length()))
                : Optional.empty();
    }
}
