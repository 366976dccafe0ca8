package dev.windlass.gateway.route;

import java.time.Duration;

/**
 * How requests may wait for a model that sleeps.
 *
 * @param maximumQueued how many at once, in each gateway; 0 refuses them
 * @param maximumWait how long each, and no longer than a year
 */
public record HoldLimits(int maximumQueued, Duration maximumWait) {
    private static final Duration LONGEST = Duration.ofDays(365);

    public static final HoldLimits DEFAULT = new HoldLimits(200, Duration.ofMinutes(10));

    public HoldLimits {
        if (maximumQueued < 0 || maximumWait.isNegative()) {
            throw new IllegalArgumentException("hold: expected a queue and a wait of 0 or more, got %d and %s"
                    .formatted(maximumQueued, maximumWait));
        }
        // Resources may say thousands of years, which are more nanoseconds than there are numbers.
        maximumWait = maximumWait.compareTo(LONGEST) < 0 ? maximumWait : LONGEST;
    }
}
