package dev.windlass.policy.limits;

import dev.windlass.api.LimitsSpec.Quota;
import java.time.Duration;
import java.util.function.ToLongFunction;

/** What quotas are of. */
public enum Measure {
    RequestsPerMinute("requestsPerMinute", "requests per min (RPM)", Duration.ofMinutes(1), Quota::requestsPerMinute),
    TokensPerMinute("tokensPerMinute", "tokens per min (TPM)", Duration.ofMinutes(1), Quota::tokensPerMinute),
    TokensPerDay("tokensPerDay", "tokens per day (TPD)", Duration.ofDays(1), Quota::tokensPerDay),
    /** Requests that run, streams to their end. */
    Concurrent("concurrent", "concurrent requests", Duration.ZERO, Quota::concurrent);

    private final String field;
    private final String words;
    private final Duration window;
    private final ToLongFunction<Quota> most;

    Measure(String field, String words, Duration window, ToLongFunction<Quota> most) {
        this.field = field;
        this.words = words;
        this.window = window;
        this.most = most;
    }

    /** What the resource calls it. */
    public String field() {
        return field;
    }

    /** Where the resource has a limit on it: {@code total.tokensPerDay}. A caller's own quota stands in the place of {@code perKey}. */
    String limit(boolean isTotal) {
        return (isTotal ? "total." : "perKey.") + field;
    }

    /** What OpenAI calls it. */
    public String words() {
        return words;
    }

    /** How long until a quota is there anew; zero for what is given back and never renewed. */
    public Duration window() {
        return window;
    }

    /** How much of it a quota allows; 0 is no limit. */
    public long most(Quota quota) {
        return most.applyAsLong(quota);
    }

    public boolean isTokens() {
        return this == TokensPerMinute || this == TokensPerDay;
    }
}
