package dev.windlass.operator.rollout;

/**
 * One side of a long-lived comparison, as the spec wants it.
 *
 * @param name as rules and status call it
 * @param hash the revision that the base and this variant's overlay make
 * @param weight its share of the traffic in percent; what all variants leave is the base's
 */
public record Variant(String name, String hash, int weight) {
    public Variant {
        if (weight < 0 || weight > 100) {
            throw new IllegalArgumentException(
                    "variant %s: expected a weight from 0 to 100, got %d".formatted(name, weight));
        }
    }
}
