package dev.windlass.operator.rollout;

/** Something a canary is judged by. */
public sealed interface Metric {
    String name();

    /** What the gateway measures by itself. */
    enum Served implements Metric {
        ErrorRate,
        TtftP95,
        InterTokenP95,
        FilterBlockRate
    }

    /** A value of another source, such as a Prometheus query, asked per revision. */
    record Outside(String name) implements Metric {}
}
