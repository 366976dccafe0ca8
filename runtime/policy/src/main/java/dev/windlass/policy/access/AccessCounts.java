package dev.windlass.policy.access;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** How many callers were let in and turned away, where a deployment asks who they are. */
public final class AccessCounts {
    /** What became of a caller. */
    public enum Result {
        /** Let in. */
        Admitted,
        /** Showed nothing. */
        Missing,
        /** Showed something that is of no use. */
        Invalid,
        /** Is known, and may not do this. */
        Forbidden,
        /** Nobody could say who it is. */
        Unanswered
    }

    private final Map<Result, LongAdder> counts = new EnumMap<>(Result.class);

    AccessCounts() {
        for (var result : Result.values()) {
            counts.put(result, new LongAdder());
        }
    }

    void count(Result result) {
        adder(result).increment();
    }

    /** Since the process began. */
    public long of(Result result) {
        return adder(result).sum();
    }

    private LongAdder adder(Result result) {
        return Objects.requireNonNull(counts.get(result));
    }
}
