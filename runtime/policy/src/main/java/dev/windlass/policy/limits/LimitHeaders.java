package dev.windlass.policy.limits;

import dev.windlass.policy.limits.Ledger.Standing;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/** The headers that tell clients how they stand, as OpenAI's do: of requests and of tokens, each of the quota with the least left. */
final class LimitHeaders {
    private LimitHeaders() {}

    static void write(List<Standing> standings, BiConsumer<String, String> headers) {
        write("requests", standings, standing -> standing.demand().measure() == Measure.RequestsPerMinute, headers);
        write("tokens", standings, standing -> standing.demand().measure().isTokens(), headers);
    }

    private static void write(
            String unit, List<Standing> standings, Predicate<Standing> wanted, BiConsumer<String, String> headers) {
        standings.stream()
                .filter(wanted)
                .min(Comparator.comparingLong(Standing::remaining))
                .ifPresent(least -> {
                    headers.accept(
                            "x-ratelimit-limit-" + unit,
                            Long.toString(least.demand().most()));
                    headers.accept("x-ratelimit-remaining-" + unit, Long.toString(least.remaining()));
                    headers.accept("x-ratelimit-reset-" + unit, format(least.reset()));
                });
    }

    /** As Go writes durations, to the millisecond, rounded up: {@code 17ms}, {@code 1s}, {@code 8.64s}, {@code 6m0s}, {@code 23h59m59s}. */
    static String format(Duration duration) {
        long millis = duration.plusNanos(999_999).toMillis();
        if (millis < 1000) {
            return millis == 0 ? "0s" : millis + "ms";
        }
        long minutes = millis / 60_000;
        String seconds =
                BigDecimal.valueOf(millis % 60_000, 3).stripTrailingZeros().toPlainString() + "s";
        if (minutes == 0) {
            return seconds;
        }
        return minutes < 60 ? minutes + "m" + seconds : minutes / 60 + "h" + minutes % 60 + "m" + seconds;
    }
}
