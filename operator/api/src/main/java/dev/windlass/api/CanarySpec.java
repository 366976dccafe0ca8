package dev.windlass.api;

import static dev.windlass.api.Absent.list;
import static dev.windlass.api.Absent.or;
import static dev.windlass.api.Absent.text;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The way of a canary: smoke prompts, then its weights, each judged against the stable revision over the same window.
 *
 * @param steps ascending; 100 is implied. Empty stands for 5, 25 and 50 percent
 */
@ValidationRule(
        value =
                "!has(self.steps) || (self.steps.map(s, s.weight).isSorted() && self.steps.all(s, self.steps.exists_one(t, t.weight == s.weight)))",
        message = Sentences.STEPS_ASCEND)
public record CanarySpec(
        @JsonPropertyDescription("Prompts to answer well before any user's request arrives.") @Nullable
        Smoke smoke,

        @Size(max = 20) @JsonPropertyDescription("Ascending weights in percent; 100 is implied.")
        List<Step> steps,

        @JsonPropertyDescription("How each step is judged.") Analysis analysis,

        @JsonPropertyDescription("What a failed check does; Rollback by default.")
        OnFailure onFailure,

        @JsonPropertyDescription("What too little data does; Hold, until progressDeadline, by default.")
        OnInconclusive onInconclusive)
        implements Block {
    /** The canary of somebody who only asked for one. */
    public static final CanarySpec ABSENT = new CanarySpec(null, null, null, null, null);

    public CanarySpec(
            @Nullable Smoke smoke,
            @Nullable List<Step> steps,
            @Nullable Analysis analysis,
            @Nullable OnFailure onFailure,
            @Nullable OnInconclusive onInconclusive) {
        this.smoke = smoke;
        this.steps = list(steps);
        this.analysis = analysis == null ? new Analysis(null, null, null, null) : analysis;
        this.onFailure = or(onFailure, OnFailure.Rollback);
        this.onInconclusive = or(onInconclusive, OnInconclusive.Hold);
    }

    /** The steps to take, the usual ones where none were written. */
    public List<Step> stepsOrUsual() {
        return steps.isEmpty()
                ? List.of(new Step(5, Step.HOLD), new Step(25, Step.HOLD), new Step(50, Step.HOLD))
                : steps;
    }

    /** Prompts for a revision that has no users yet. */
    public record Smoke(@Required @Size(min = 1, max = 20) List<Prompt> prompts) implements Block {
        public Smoke {
            prompts = list(prompts);
        }
    }

    /** A prompt, and what the answer must contain; with nothing to contain, any answer will do. */
    public record Prompt(
            @Required @Size(min = 1, max = 4096) String prompt,
            @Size(max = 4096) String expect) implements Block {
        public Prompt {
            prompt = text(prompt);
            expect = text(expect);
        }
    }

    /** A share of the users, and how long it stays so. */
    public record Step(
            @Required @Min(0) @Max(100) Integer weight,

            @Size(max = 32)
            @Pattern(GoDuration.PATTERN)
            @JsonPropertyDescription("How long the step lasts at least; 5m by default.")
            GoDuration hold)
            implements Block {
        static final GoDuration HOLD = GoDuration.of("5m");

        public Step {
            weight = or(weight, Absent.NUMBER);
            hold = or(hold, HOLD);
        }
    }

    /**
     * How a step is judged.
     *
     * @param minRequests fewer are inconclusive, neither pass nor failure
     * @param maxFailures as many failed checks in a row are the verdict
     */
    @ValidationRule(
            value = "!has(self.metrics) || self.metrics.all(m, self.metrics.exists_one(n, n.name == m.name))",
            message = Sentences.CHECKS_UNIQUE)
    public record Analysis(
            @Size(max = 32) @Pattern(GoDuration.PATTERN) @JsonPropertyDescription("30s by default.")
            GoDuration interval,

            @Min(1)
            @Max(1000000)
            @JsonPropertyDescription("With fewer requests in the window a check is inconclusive; 50 by default.")
            Integer minRequests,

            @Min(1) @Max(100) @JsonPropertyDescription("Failed checks in a row that are the verdict; 2 by default.")
            Integer maxFailures,

            @Size(max = 16)
            @JsonPropertyDescription("ErrorRate at most 1 % and latencies at most 20 % worse by default.")
            List<Check> metrics)
            implements Block {
        public Analysis(
                @Nullable GoDuration interval,
                @Nullable Integer minRequests,
                @Nullable Integer maxFailures,
                @Nullable List<Check> metrics) {
            this.interval = or(interval, GoDuration.of("30s"));
            this.minRequests = or(minRequests, 50);
            this.maxFailures = or(maxFailures, 2);
            this.metrics = list(metrics);
        }

        /** The checks to make, the usual ones where none were written. */
        public List<Check> metricsOrUsual() {
            Ratio fifth = Ratio.of("20%");
            return metrics.isEmpty()
                    ? List.of(
                            new Check("ErrorRate", Ratio.of("1%"), null, null),
                            new Check("TtftP95", null, fifth, null),
                            new Check("InterTokenP95", null, fifth, null))
                    : metrics;
        }
    }

    /** A bound on a measure, on how much worse than stable it may be, or on both. */
    @ValidationRule(value = "has(self.max) || has(self.maxRegression)", message = Sentences.CHECK_BOUND)
    @ValidationRule(
            value = "has(self.prometheus) || self.name in ['ErrorRate', 'TtftP95', 'InterTokenP95', 'FilterBlockRate']",
            message = Sentences.CHECK_NAME)
    @ValidationRule(
            value =
                    "!has(self.prometheus) || !has(self.maxRegression) || self.prometheus.query.contains('{{revision}}')",
            message = Sentences.QUERY_REVISION)
    public record Check(
            @Required @Size(min = 1, max = 63) String name,

            @Size(max = 20)
            @Pattern(Ratio.PATTERN)
            @JsonPropertyDescription("The most it may be: \"1%\", or seconds for a latency.")
            @Nullable
            Ratio max,

            @Size(max = 20)
            @Pattern(Ratio.PATTERN)
            @JsonPropertyDescription("How much worse than stable it may be: \"20%\".")
            @Nullable
            Ratio maxRegression,

            @JsonPropertyDescription("Asks a Prometheus in place of the gateway.") @Nullable
            PrometheusQuery prometheus)
            implements Block {
        static final Set<String> NAMES = Set.of("ErrorRate", "TtftP95", "InterTokenP95", "FilterBlockRate");

        public Check {
            name = text(name);
        }
    }

    /** A question to Prometheus that has one number as its answer. */
    @ValidationRule(
            value = "!self.query.replace('{{namespace}}', ' ').replace('{{name}}', ' ').replace('{{revision}}', ' ')"
                    + ".replace('{{window}}', ' ').contains('{{')",
            message = Sentences.QUERY_PLACEHOLDERS)
    public record PrometheusQuery(
            @Required
            @Size(min = 1, max = 4096)
            @JsonPropertyDescription(
                    "PromQL with one number as its answer; {{namespace}}, {{name}}, {{revision}} and {{window}} are filled in.")
            String query,

            @Size(max = 512)
            @Pattern(ADDRESS)
            @JsonPropertyDescription("The server, http or https; the operator's by default.")
            String address)
            implements Block {
        private static final String ADDRESS = "^https?://[^/?#@\\s]+(/[^?#\\s]*)?$";

        public PrometheusQuery {
            query = text(query);
            address = text(address);
        }
    }

    /** What a failed check does. */
    public enum OnFailure {
        Rollback,
        Pause
    }

    /** What too little data does. */
    public enum OnInconclusive {
        Hold,
        Promote
    }
}
