package dev.windlass.gateway.measure;

import java.util.concurrent.atomic.LongAdder;

/** A cumulative histogram of durations that many threads fill at once. */
final class Latencies {
    /** vLLM's buckets of the time to first token, in seconds. */
    static final double[] FIRST_TOKEN = {
        .001, .005, .01, .02, .04, .06, .08, .1, .25, .5, .75, 1, 2.5, 5, 7.5, 10, 20, 40, 80, 160, 640, 2560
    };
    /** vLLM's buckets of the time between tokens, in seconds. */
    static final double[] INTER_TOKEN = {
        .01, .025, .05, .075, .1, .15, .2, .3, .4, .5, .75, 1, 2.5, 5, 7.5, 10, 20, 40, 80
    };

    private final double[] bounds;
    private final long[] boundsNanos;
    private final LongAdder[] counts;
    private final LongAdder nanos = new LongAdder();

    Latencies(double[] bounds) {
        this.bounds = bounds.clone();
        this.boundsNanos = new long[bounds.length];
        this.counts = new LongAdder[bounds.length + 1];
        for (int i = 0; i < bounds.length; i++) {
            boundsNanos[i] = Math.round(bounds[i] * 1e9);
        }
        for (int i = 0; i < counts.length; i++) {
            counts[i] = new LongAdder();
        }
    }

    void add(long duration) {
        int bucket = 0;
        while (bucket < boundsNanos.length && duration > boundsNanos[bucket]) {
            bucket++;
        }
        counts[bucket].increment();
        nanos.add(duration);
    }

    HistogramReading read() {
        var read = new long[counts.length];
        for (int i = 0; i < read.length; i++) {
            read[i] = counts[i].sum();
        }
        return HistogramReading.of(bounds, read, nanos.sum() / 1e9);
    }
}
