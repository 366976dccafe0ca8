package dev.windlass.policy.limits;

import dev.windlass.api.LimitsSpec.Quota;
import dev.windlass.policy.limits.Ledger.Standing;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/** Counts refusals, and knows how near callers come to their quotas. */
public final class LimitMeter {
    private static final long MINUTE = 60_000_000_000L;

    private final LongSupplier nanos;
    private final Map<Key, Series> series = new ConcurrentHashMap<>();

    private record Key(String deployment, String limit) {}

    /**
     * One limit of one deployment.
     *
     * @param deployment {@code namespace/name}
     * @param limit such as {@code perKey.tokensPerMinute}
     * @param limited requests refused since the start
     * @param used the largest share that anybody had used in the last one to two minutes; above 1 where answers cost more than was reserved
     */
    public record Reading(String deployment, String limit, long limited, double used) {}

    public LimitMeter() {
        this(System::nanoTime);
    }

    LimitMeter(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** The largest value of this minute and the one before. */
    private static final class Series {
        private final LongAdder limited = new LongAdder();
        private long minute = Long.MIN_VALUE;
        private double now;
        private double before;

        synchronized void see(double share, long at) {
            turn(at);
            now = Math.max(now, share);
        }

        synchronized double largest(long at) {
            turn(at);
            return Math.max(now, before);
        }

        private void turn(long at) {
            if (at != minute) {
                before = at == minute + 1 ? now : 0;
                now = 0;
                minute = at;
            }
        }
    }

    void see(Ledger.Verdict verdict) {
        long minute = Math.floorDiv(nanos.getAsLong(), MINUTE);
        for (Standing standing : verdict.standings()) {
            of(standing.demand())
                    .see((double) standing.used() / standing.demand().most(), minute);
        }
        if (verdict instanceof Ledger.Refused refused) {
            refuse(refused.which().demand());
        }
    }

    void refuse(Demand demand) {
        of(demand).limited.increment();
    }

    private Series of(Demand demand) {
        var key = new Key(demand.key().deployment(), demand.key().limit());
        var known = series.get(key);
        return known == null ? series.computeIfAbsent(key, _ -> new Series()) : known;
    }

    /**
     * What it calls the limits that requests to a deployment may come to.
     *
     * @param total the quota of all callers together
     * @param perKey quotas of each caller, and of single ones
     */
    public static Set<String> limits(Quota total, Collection<Quota> perKey) {
        Set<String> limits = new LinkedHashSet<>();
        for (var measure : Measure.values()) {
            if (perKey.stream().anyMatch(quota -> measure.most(quota) > 0)) {
                limits.add(measure.limit(false));
            }
            if (measure.most(total) > 0) {
                limits.add(measure.limit(true));
            }
        }
        return limits;
    }

    /** Forgets deployments that are gone. */
    public void retain(Set<String> deployments) {
        series.keySet().removeIf(key -> !deployments.contains(key.deployment()));
    }

    /** All of them now. */
    public List<Reading> read() {
        long minute = Math.floorDiv(nanos.getAsLong(), MINUTE);
        return series.entrySet().stream()
                .map(entry -> new Reading(
                        entry.getKey().deployment(),
                        entry.getKey().limit(),
                        entry.getValue().limited.sum(),
                        entry.getValue().largest(minute)))
                .toList();
    }
}
