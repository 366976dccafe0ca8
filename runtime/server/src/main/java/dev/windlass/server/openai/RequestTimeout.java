package dev.windlass.server.openai;

import dev.windlass.http.ApiException;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.time.Duration;

/** Reads how long a client gives its request. */
public final class RequestTimeout {
    private static final HeaderName TIMEOUT = HeaderNames.create("x-request-timeout");

    private RequestTimeout() {}

    /** @param longest the most time a request may take, and what it gets unless it asks for less */
    public static Duration read(ServerRequest request, Duration longest) {
        var header = request.headers().first(TIMEOUT);
        if (header.isEmpty()) {
            return longest;
        }
        try {
            double seconds = Double.parseDouble(header.get());
            if (seconds > 0 && seconds <= Integer.MAX_VALUE) {
                var asked = Duration.ofNanos((long) (seconds * 1e9));
                return asked.compareTo(longest) < 0 ? asked : longest;
            }
        } catch (NumberFormatException e) {
            // Reported below, as a number out of range is.
        }
        throw ApiException.badValue(
                "x-request-timeout", "Invalid header 'x-request-timeout': expected a positive number of seconds.");
    }
}
