package dev.windlass.api.traffic;

/**
 * Sends copies of some requests to a target whose answers nobody sees.
 *
 * @param percent of the requests, 0 to 100
 */
public record Mirror(String to, int percent) {
    public Mirror {
        if (percent < 0 || percent > 100) {
            throw new IllegalArgumentException(
                    "mirror to %s: expected 0 to 100 percent, got %d".formatted(to, percent));
        }
    }
}
