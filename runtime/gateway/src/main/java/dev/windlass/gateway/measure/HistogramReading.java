package dev.windlass.gateway.measure;

import java.util.ArrayList;
import java.util.List;

/**
 * A histogram since the gateway began; subtract an earlier one for a window.
 *
 * @param bounds upper bounds in seconds, without the last, which is infinite
 * @param counts of each bucket alone, one more than there are bounds
 * @param sum in seconds
 */
public record HistogramReading(List<Double> bounds, List<Long> counts, double sum) {
    public HistogramReading {
        bounds = List.copyOf(bounds);
        counts = List.copyOf(counts);
    }

    static HistogramReading of(double[] bounds, long[] counts, double sum) {
        List<Double> boundList = new ArrayList<>(bounds.length);
        for (double bound : bounds) {
            boundList.add(bound);
        }
        List<Long> countList = new ArrayList<>(counts.length);
        for (long count : counts) {
            countList.add(count);
        }
        return new HistogramReading(boundList, countList, sum);
    }
}
