package dev.windlass.policy.account;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** How often a cluster was asked whose a token is, and what it said. */
public final class AccountCounts {
    /** What became of a question. */
    public enum Result {
        /** A service account's. */
        Known,
        /** Nobody's. */
        Unknown,
        /** There was no answer. */
        Unanswered
    }

    private final Map<Result, LongAdder> counts = new EnumMap<>(Result.class);

    AccountCounts() {
        for (var result : Result.values()) {
            counts.put(result, new LongAdder());
        }
    }

    void count(Result result) {
        Objects.requireNonNull(counts.get(result)).increment();
    }

    /** Since the process began. */
    public long of(Result result) {
        return Objects.requireNonNull(counts.get(result)).sum();
    }
}
