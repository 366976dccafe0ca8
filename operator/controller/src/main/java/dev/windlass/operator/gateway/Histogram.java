package dev.windlass.operator.gateway;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Durations by buckets.
 *
 * @param bounds upper bounds in seconds, without the last, which is infinite
 * @param counts of each bucket alone, one more than there are bounds
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record Histogram(List<Double> bounds, List<Long> counts) {
    static final Histogram NONE = new Histogram(List.of(), List.of(0L));

    Histogram {
        bounds = List.copyOf(bounds);
        counts = List.copyOf(counts);
        if (counts.size() != bounds.size() + 1) {
            throw new IllegalArgumentException("histogram: expected one count more than bounds, got %d and %d"
                    .formatted(counts.size(), bounds.size()));
        }
    }

    /** What came since; all of it where the other has other bounds. */
    Histogram since(Histogram earlier) {
        return combined(earlier, -1);
    }

    /** Both together; the one with samples where the bounds differ. */
    Histogram and(Histogram other) {
        if (!bounds.equals(other.bounds)) {
            return total() == 0 ? other : this;
        }
        return combined(other, 1);
    }

    private Histogram combined(Histogram other, int sign) {
        if (!bounds.equals(other.bounds)) {
            return this;
        }
        List<Long> sums = new ArrayList<>(counts.size());
        for (int i = 0; i < counts.size(); i++) {
            sums.add(Math.max(0, counts.get(i) + sign * other.counts.get(i)));
        }
        return new Histogram(bounds, sums);
    }

    long total() {
        return counts.stream().mapToLong(Long::longValue).sum();
    }

    /**
     * A quantile as Prometheus computes it: linear within its bucket, and the highest bound where it lies beyond.
     *
     * @return seconds; absent without samples
     */
    @Nullable
    Double quantile(double fraction) {
        long total = total();
        if (total == 0 || bounds.isEmpty()) {
            return null;
        }
        double rank = fraction * total;
        double below = 0;
        for (int i = 0; i < bounds.size(); i++) {
            long count = counts.get(i);
            if (below + count >= rank && count > 0) {
                double start = i == 0 ? 0 : bounds.get(i - 1);
                return start + (bounds.get(i) - start) * (rank - below) / count;
            }
            below += count;
        }
        return bounds.getLast();
    }
}
