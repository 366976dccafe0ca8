package dev.windlass.server.openai;

import dev.windlass.http.ApiException;
import dev.windlass.http.Hop;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;

/**
 * The bounds of one request's tokens that whoever sends it on sets. They only ever take something away, so it does not matter who that is.
 *
 * @param input of a prompt, {@link Integer#MAX_VALUE} where there is none
 * @param output of each output, {@link Integer#MAX_VALUE} where there is none
 */
public record TokenBounds(int input, int output) {
    /** Those that a request comes with. */
    public static TokenBounds of(ServerRequest request) {
        return new TokenBounds(bound(request, Hop.MAX_INPUT_TOKENS), bound(request, Hop.MAX_OUTPUT_TOKENS));
    }

    private static int bound(ServerRequest request, String name) {
        var value = request.headers().first(HeaderNames.create(name));
        if (value.isEmpty()) {
            return Integer.MAX_VALUE;
        }
        try {
            int bound = Integer.parseInt(value.get());
            if (bound > 0) {
                return bound;
            }
        } catch (NumberFormatException e) {
            // Reported below, as a number out of range is.
        }
        throw ApiException.badValue(name, "Invalid header '%s': expected a positive number of tokens.".formatted(name));
    }

    /** @param parameter the field that holds the prompt */
    void requireInput(int tokens, String parameter) {
        if (tokens > input) {
            throw ApiException.invalid(
                    400,
                    parameter,
                    "context_length_exceeded",
                    "This model's maximum input length is %d tokens. However, your %s resulted in %d tokens. Please reduce the length of the %s."
                            .formatted(input, parameter, tokens, parameter));
        }
    }

    /** @param parameter the field that asks for so much */
    void requireOutput(int tokens, String parameter) {
        if (tokens > output) {
            throw ApiException.badValue(
                    parameter,
                    "%s is too large: %d. This model supports at most %d completion tokens, whereas you provided %d."
                            .formatted(parameter, tokens, output, tokens));
        }
    }
}
