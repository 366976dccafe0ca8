package dev.windlass.gateway.route;

import java.time.Duration;

/**
 * How requests may wait for a model that sleeps.
 *
 * @param maximumQueued how many at once, in each gateway; 0 refuses them
 * @param maximumWait how long each
 */
public record HoldLimits(int maximumQueued, Duration maximumWait) {
    public static final HoldLimits DEFAULT = new HoldLimits(200, Duration.ofMinutes(10));

    /** Nobody waits: for a deployment that is down because somebody wants it to be. */
    public static final HoldLimits NONE = new HoldLimits(0, Duration.ZERO);

    public HoldLimits {
        if (maximumQueued < 0 || maximumWait.isNegative()) {
            throw new IllegalArgumentException("hold: expected a queue and a wait of 0 or more, got %d and %s"
                    .formatted(maximumQueued, maximumWait));
        }
    }
}
