package dev.windlass.operator.rollout;

/** How much of a metric a canary may show. */
public record MetricRule(Metric metric, Limit limit) {
    /** The bound. */
    public sealed interface Limit {}

    /**
     * The canary's own value.
     *
     * @param max a rate as a fraction, a latency in seconds
     */
    public record AtMost(double max) implements Limit {}

    /**
     * The canary's value against the stable revision's.
     *
     * @param fraction 0.2 allows a fifth more
     */
    public record Regression(double fraction) implements Limit {}
}
