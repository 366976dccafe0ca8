package dev.windlass.policy.limits;

/**
 * What a request takes of one quota.
 *
 * @param most how much the quota allows, at least 1
 * @param amount at least 1
 */
public record Demand(Key key, long most, long amount) {
    public Demand {
        if (most < 1 || amount < 1) {
            throw new IllegalArgumentException(
                    "demand: expected a quota and an amount of at least 1, got %d and %d".formatted(most, amount));
        }
    }

    /**
     * Whose quota, and of what.
     *
     * @param deployment {@code namespace/name}
     * @param caller empty for all callers together
     */
    public record Key(String deployment, String caller, Measure measure) {
        public boolean isTotal() {
            return caller.isEmpty();
        }

        /** Where the resource has the limit. */
        public String limit() {
            return measure.limit(isTotal());
        }
    }

    public Measure measure() {
        return key.measure();
    }
}
