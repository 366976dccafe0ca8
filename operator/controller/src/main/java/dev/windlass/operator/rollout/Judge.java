package dev.windlass.operator.rollout;

import dev.windlass.operator.rollout.Metric.Outside;
import dev.windlass.operator.rollout.Metric.Served;
import dev.windlass.operator.rollout.MetricRule.AtMost;
import dev.windlass.operator.rollout.MetricRule.Regression;
import dev.windlass.operator.rollout.Verdict.Outcome;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Judges a canary by what was measured of it and of the stable revision over the same window. */
final class Judge {
    private final long minRequests;

    private Judge(long minRequests) {
        this.minRequests = minRequests;
    }

    static List<Verdict> judge(Analysis analysis, @Nullable Measurement stable, @Nullable Measurement canary) {
        var judge = new Judge(analysis.minRequests());
        return analysis.rules().stream()
                .map(rule -> judge.verdict(rule, stable, canary))
                .toList();
    }

    /** Whether somebody was asked for this check who has not answered yet. All are asked at once and answer at once. */
    static boolean mustWait(@Nullable Measurement canary) {
        return canary != null
                && canary.outside().values().stream().anyMatch(answer -> answer instanceof Answer.Pending);
    }

    /** One failure fails, one doubt leaves all in doubt. */
    static Outcome overall(List<Verdict> verdicts) {
        if (verdicts.stream().anyMatch(verdict -> verdict.outcome() == Outcome.Fail)) {
            return Outcome.Fail;
        }
        return verdicts.stream().anyMatch(verdict -> verdict.outcome() == Outcome.Inconclusive)
                ? Outcome.Inconclusive
                : Outcome.Pass;
    }

    private Verdict verdict(MetricRule rule, @Nullable Measurement stable, @Nullable Measurement canary) {
        Metric metric = rule.metric();
        if (canary == null) {
            return inconclusive(metric, 0, "nothing was measured of the canary");
        }
        if (canary.requests() < minRequests) {
            return inconclusive(
                    metric, canary.requests(), canary.requests() + " of " + minRequests + " requests needed");
        }
        Double found = value(metric, canary);
        if (found == null) {
            return inconclusive(metric, canary.requests(), missing(metric, canary, "the canary"));
        }
        return switch (rule.limit()) {
            case AtMost(double max) -> atMost(metric, max, stable, canary, found);
            case Regression(double fraction) -> regression(metric, fraction, stable, canary, found);
        };
    }

    private static Verdict atMost(
            Metric metric, double max, @Nullable Measurement stable, Measurement canary, double found) {
        Double before = stable == null ? null : value(metric, stable);
        String numbers = before == null ? shown(metric, found) : shown(metric, before) + " -> " + shown(metric, found);
        Outcome outcome = found > max ? Outcome.Fail : Outcome.Pass;
        String message = "%s %s (limit %s)".formatted(metric.name(), numbers, shown(metric, max));
        return new Verdict(metric.name(), outcome, before, found, canary.requests(), message);
    }

    private Verdict regression(
            Metric metric, double fraction, @Nullable Measurement stable, Measurement canary, double found) {
        long samples = canary.requests();
        if (stable == null) {
            return inconclusive(metric, samples, "nothing was measured of the stable revision");
        }
        if (!canary.coversTheWindowOf(stable)) {
            return inconclusive(metric, samples, "the two revisions were measured over different windows");
        }
        if (stable.requests() < minRequests) {
            return inconclusive(
                    metric,
                    samples,
                    stable.requests() + " of " + minRequests + " requests needed of the stable revision");
        }
        Double before = value(metric, stable);
        if (before == null) {
            return inconclusive(metric, samples, missing(metric, stable, "the stable revision"));
        }
        boolean worse = found > before * (1 + fraction) && events(metric, canary) > 1;
        String message = "%s %s -> %s (%s, limit %s %%)"
                .formatted(
                        metric.name(),
                        shown(metric, before),
                        shown(metric, found),
                        change(before, found),
                        plain(fraction * 100));
        return new Verdict(metric.name(), worse ? Outcome.Fail : Outcome.Pass, before, found, samples, message);
    }

    /** A rate that was 0 grows without bound by a single event, which proves nothing; other values count as they are. */
    private static long events(Metric metric, Measurement canary) {
        return switch (metric) {
            case Served.ErrorRate -> canary.errors();
            case Served.FilterBlockRate -> canary.filterBlocks();
            case Served.TtftP95, Served.InterTokenP95 -> Long.MAX_VALUE;
            case Outside outside -> Long.MAX_VALUE;
        };
    }

    private static @Nullable Double value(Metric metric, Measurement measured) {
        return switch (metric) {
            case Served.ErrorRate -> rate(measured.errors(), measured);
            case Served.TtftP95 -> measured.ttftP95();
            case Served.InterTokenP95 -> measured.interTokenP95();
            case Served.FilterBlockRate -> rate(measured.filterBlocks(), measured);
            case Outside(String name) ->
                measured.outside().get(name) instanceof Answer.Value(double number) ? (Double) number : null;
        };
    }

    private static String missing(Metric metric, Measurement measured, String who) {
        return metric instanceof Outside(String name)
                        && measured.outside().get(name) instanceof Answer.None(String reason)
                ? "%s, asked for %s".formatted(reason, who)
                : who + " has no value";
    }

    private static @Nullable Double rate(long events, Measurement measured) {
        return measured.requests() == 0 ? null : (double) events / measured.requests();
    }

    private static Verdict inconclusive(Metric metric, long samples, String why) {
        return new Verdict(
                metric.name(), Outcome.Inconclusive, null, null, samples, metric.name() + " inconclusive: " + why);
    }

    private static String shown(Metric metric, double value) {
        return switch (metric) {
            case Served.ErrorRate, Served.FilterBlockRate -> plain(value * 100) + " %";
            case Served.TtftP95, Served.InterTokenP95 -> plain(value) + " s";
            case Outside outside -> plain(value);
        };
    }

    private static String change(double before, double found) {
        return before == 0
                ? (found == 0 ? "unchanged" : "from nothing")
                : String.format(Locale.ROOT, "%+.0f %%", (found / before - 1) * 100);
    }

    /** Two decimals and more where the value is small, without trailing zeros. */
    private static String plain(double value) {
        String text = String.format(Locale.ROOT, Math.abs(value) < 0.1 ? "%.4f" : "%.2f", value);
        return text.replaceAll("\\.?0+$", "");
    }
}
