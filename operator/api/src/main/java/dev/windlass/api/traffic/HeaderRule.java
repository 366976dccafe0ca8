package dev.windlass.api.traffic;

import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Sends requests that carry certain headers to one target, whatever the weights say.
 *
 * @param headers names in any case, and the values they must have; at least one
 */
public record HeaderRule(Map<String, String> headers, String to) {
    public HeaderRule {
        headers = headers.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(
                        header -> header.getKey().toLowerCase(Locale.ROOT), Map.Entry::getValue));
        if (headers.isEmpty()) {
            throw new IllegalArgumentException("rule to %s: expected at least one header, got none".formatted(to));
        }
    }

    /** Whether a request with these headers is meant. */
    boolean matches(Map<String, String> lowerCaseHeaders) {
        return headers.entrySet().stream()
                .allMatch(header -> header.getValue().equals(lowerCaseHeaders.get(header.getKey())));
    }
}
