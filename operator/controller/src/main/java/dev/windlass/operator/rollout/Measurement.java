package dev.windlass.operator.rollout;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the gateway measured of one revision over a window.
 *
 * @param from the window's start, the same for every revision that is compared
 * @param to the window's end
 * @param requests answered, failed ones among them; without those refused as the caller's fault and without cancelled ones
 * @param errors of those, the ones that failed
 * @param ttftP95 seconds to the first token, 95th percentile; absent without samples
 * @param interTokenP95 seconds between tokens, 95th percentile; absent without samples
 * @param filterBlocks requests the content filter cut or refused
 * @param outside what other sources say, by the name of the metric that asks for them
 */
public record Measurement(
        Instant from,
        Instant to,
        long requests,
        long errors,
        @Nullable Double ttftP95,
        @Nullable Double interTokenP95,
        long filterBlocks,
        Map<String, Answer> outside) {
    public Measurement {
        outside = Map.copyOf(outside);
        if (to.isBefore(from) || requests < 0 || errors < 0 || errors > requests || filterBlocks < 0) {
            throw new IllegalArgumentException(
                    "measurement: expected a window that ends after it starts and 0 <= errors <= requests, got %s to %s, %d of %d"
                            .formatted(from, to, errors, requests));
        }
    }

    /** The same, with what other sources say. */
    public Measurement with(Map<String, Answer> answers) {
        return new Measurement(from, to, requests, errors, ttftP95, interTokenP95, filterBlocks, answers);
    }

    boolean coversTheWindowOf(Measurement other) {
        return from.equals(other.from) && to.equals(other.to);
    }
}
