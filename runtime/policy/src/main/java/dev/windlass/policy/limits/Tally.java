package dev.windlass.policy.limits;

import dev.windlass.policy.limits.Ledger.Standing;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import io.github.bucket4j.local.SynchronizationStrategy;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * One quota of one caller. Its windows follow each other from the first request on, and each begins with the whole quota: a bucket that is
 * refilled at once, so that of five requests a minute no sixth passes before the minute is over. Whoever calls holds the lock.
 */
final class Tally {
    /** Of bucket4j, which counts nanoseconds a token: more than any quota has a meaning for. */
    private static final long MOST = 10_000_000_000L;

    private final Measure measure;
    private final LongSupplier nanos;
    private long opened;
    private long most;
    private Bucket bucket;
    private long running;

    Tally(Demand demand, LongSupplier nanos) {
        this.measure = demand.measure();
        this.nanos = nanos;
        this.most = demand.most();
        this.opened = nanos.getAsLong();
        this.bucket = bucket();
    }

    private Bucket bucket() {
        long capacity = Math.min(MOST, most);
        // What only counts what runs has no windows, and its bucket is not asked.
        Duration window = measure == Measure.Concurrent ? Duration.ofMinutes(1) : measure.window();
        return Bucket.builder()
                .addLimit(limit -> limit.capacity(capacity).refillIntervally(capacity, window))
                .withCustomTimePrecision(new Meter(nanos))
                .withSynchronizationStrategy(SynchronizationStrategy.NONE)
                .build();
    }

    private record Meter(LongSupplier nanos) implements TimeMeter {
        @Override
        public long currentTimeNanos() {
            return nanos.getAsLong();
        }

        @Override
        public boolean isWallClockBased() {
            return false;
        }
    }

    /** The quota may be another than it was: what was used stays used, in a window that begins now. */
    void allow(long other) {
        if (other != most) {
            long used = used();
            most = other;
            opened = nanos.getAsLong();
            bucket = bucket();
            if (used > 0 && measure != Measure.Concurrent) {
                bucket.consumeIgnoringRateLimits(used);
            }
        }
    }

    private long used() {
        return measure == Measure.Concurrent ? running : Math.min(MOST, most) - bucket.getAvailableTokens();
    }

    boolean has(long amount) {
        return measure == Measure.Concurrent
                ? running + amount <= most
                : bucket.estimateAbilityToConsume(amount).canBeConsumed();
    }

    /** How long until there may be so much. */
    Duration retryIn(long amount) {
        return measure == Measure.Concurrent
                ? Limits.MOMENT
                : Duration.ofNanos(bucket.estimateAbilityToConsume(amount).getNanosToWaitForRefill());
    }

    /** @return the window that it was taken of */
    long take(long amount) {
        if (measure == Measure.Concurrent) {
            running += amount;
        } else {
            bucket.consumeIgnoringRateLimits(amount);
        }
        return window();
    }

    /** Of what was taken of a window only so much stays taken, and that window may be over. */
    void settle(long window, long taken, long stays) {
        if (measure == Measure.Concurrent) {
            running -= taken - stays;
        } else if (window == window()) {
            if (taken > stays) {
                bucket.addTokens(taken - stays);
            } else if (taken < stays) {
                bucket.consumeIgnoringRateLimits(stays - taken);
            }
        }
    }

    /** When the present window began. */
    private long window() {
        long length = measure.window().toNanos();
        return length == 0 ? opened : opened + (nanos.getAsLong() - opened) / length * length;
    }

    Standing standing(Demand demand) {
        long used = used();
        long end = window() + measure.window().toNanos();
        return new Standing(
                demand,
                used,
                measure == Measure.Concurrent || used <= 0 ? Duration.ZERO : Duration.ofNanos(end - nanos.getAsLong()));
    }
}
