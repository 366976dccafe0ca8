package dev.windlass.policy.limits;

import dev.windlass.api.LimitsSpec;
import dev.windlass.http.ApiException;
import dev.windlass.http.Hop;
import dev.windlass.policy.Arrival;
import dev.windlass.policy.EdgePolicy;
import dev.windlass.policy.Ending;
import dev.windlass.policy.Passage;
import dev.windlass.policy.limits.Ledger.Settlement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code spec.limits}: takes of every quota what a request may cost at most, and gives back what it did not. Bounds on a single request's
 * tokens are told to the runtime, who can count them.
 */
public final class Limits implements EdgePolicy {
    /** When to come back where something ends of which nobody knows when. */
    static final Duration MOMENT = Duration.ofSeconds(1);

    private final Ledger ledger;
    private final LimitMeter meter;

    public Limits(Ledger ledger, LimitMeter meter) {
        this.ledger = ledger;
        this.meter = meter;
    }

    @Override
    public Passage admit(Arrival arrival) {
        var limits = arrival.settings().limits();
        bind(arrival, Hop.MAX_INPUT_TOKENS, limits.maxInputTokens());
        bind(arrival, Hop.MAX_OUTPUT_TOKENS, limits.maxOutputTokens());
        var plan = Plan.of(arrival);
        if (plan == null) {
            return Passage.FREE;
        }
        for (var demand : plan.demands()) {
            if (demand.measure().isTokens() && demand.amount() > demand.most()) {
                meter.refuse(demand);
                throw tooLarge(demand);
            }
        }
        var verdict = ledger.take(plan.demands());
        meter.see(verdict);
        LimitHeaders.write(verdict.standings(), arrival::reply);
        return switch (verdict) {
            case Ledger.Granted granted -> new Reserved(granted.receipt(), plan.estimate());
            case Ledger.Refused refused -> throw limited(refused);
        };
    }

    private static void bind(Arrival arrival, String header, int most) {
        if (most > 0) {
            arrival.forward(header, Integer.toString(most));
        }
    }

    /**
     * What a request takes.
     *
     * @param demands at least one
     */
    private record Plan(List<Demand> demands, @Nullable TokenEstimate estimate) {
        /** Null where nothing limits the request. */
        static @Nullable Plan of(Arrival arrival) {
            var limits = arrival.settings().limits();
            var caller = arrival.caller();
            LimitsSpec.Quota own =
                    caller.isAnonymous() ? null : caller.quota() == null ? limits.perKey() : caller.quota();
            if (own == null && limits.total().equals(NONE)) {
                return null;
            }
            long tokens = smallest(own, limits.total());
            var estimate = tokens == Long.MAX_VALUE
                    ? null
                    : TokenEstimate.of(arrival.head().path(), arrival.json(), limits.maxOutputTokens())
                            .within(tokens);
            List<Demand> demands = new ArrayList<>();
            String deployment = arrival.target().qualified();
            if (own != null) {
                add(deployment, caller.id(), own, estimate, demands);
            }
            add(deployment, "", limits.total(), estimate, demands);
            return demands.isEmpty() ? null : new Plan(demands, estimate);
        }

        private static final LimitsSpec.Quota NONE = new LimitsSpec.Quota(null, null, null, null);

        private static void add(
                String deployment,
                String caller,
                LimitsSpec.Quota quota,
                @Nullable TokenEstimate estimate,
                List<Demand> demands) {
            for (var measure : Measure.values()) {
                long most = measure.most(quota);
                if (most > 0) {
                    long amount = measure.isTokens() && estimate != null ? estimate.all() : 1;
                    demands.add(new Demand(new Demand.Key(deployment, caller, measure), most, amount));
                }
            }
        }

        /** Of all quotas of tokens. */
        private static long smallest(LimitsSpec.@Nullable Quota own, LimitsSpec.Quota total) {
            long smallest = Long.MAX_VALUE;
            for (var measure : Measure.values()) {
                if (measure.isTokens()) {
                    smallest = Math.min(smallest, mostOf(measure, own));
                    smallest = Math.min(smallest, mostOf(measure, total));
                }
            }
            return smallest;
        }

        private static long mostOf(Measure measure, LimitsSpec.@Nullable Quota quota) {
            long most = quota == null ? 0 : measure.most(quota);
            return most == 0 ? Long.MAX_VALUE : most;
        }
    }

    private record Reserved(
            Ledger.Receipt receipt, @Nullable TokenEstimate estimate) implements Passage {
        @Override
        public void end(Ending ending) {
            // Whoever asks what makes no sense has asked: only our own failures are not counted.
            receipt.settle(new Settlement(
                    estimate == null ? 0 : Consumption.of(ending, estimate),
                    ending.outcome() != Ending.Outcome.Failed));
        }
    }

    private static ApiException limited(Ledger.Refused refused) {
        var which = refused.which();
        var demand = which.demand();
        return ApiException.limited(
                demand.measure().isTokens() ? "tokens" : "requests",
                "Rate limit reached for %s on %s: Limit %d, Used %d, Requested %d. Please try again in %s."
                        .formatted(
                                where(demand),
                                demand.measure().words(),
                                demand.most(),
                                Math.max(0, which.used()),
                                demand.amount(),
                                LimitHeaders.format(refused.retryIn())),
                refused.retryIn());
    }

    private static ApiException tooLarge(Demand demand) {
        return ApiException.limited(
                "tokens",
                "Request too large for %s on %s: Limit %d, Requested %d. The input or output tokens must be reduced in order to run successfully."
                        .formatted(where(demand), demand.measure().words(), demand.most(), demand.amount()),
                null);
    }

    private static String where(Demand demand) {
        return demand.key().deployment() + (demand.key().isTotal() ? " (all callers)" : "");
    }
}
