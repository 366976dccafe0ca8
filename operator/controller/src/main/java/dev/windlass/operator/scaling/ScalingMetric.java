package dev.windlass.operator.scaling;

/** What replicas are counted from. */
public enum ScalingMetric {
    QueueDepth(Nature.Amount),
    Concurrency(Nature.Amount),
    TokensPerSecond(Nature.Amount),
    KvCacheUtilization(Nature.Level),
    TimeToFirstToken(Nature.Level);

    /** How a metric behaves when a replica joins. */
    enum Nature {
        /** There is so much of it, and replicas share it: what is waiting at the gateway belongs to it too. */
        Amount,
        /** Each replica has its own; a new one changes it in time, and how much cannot be known before. */
        Level
    }

    private final Nature nature;

    ScalingMetric(Nature nature) {
        this.nature = nature;
    }

    Nature nature() {
        return nature;
    }
}
