package dev.windlass.policy.filter;

import dev.windlass.api.ContentFilterSpec;
import dev.windlass.api.ContentFilterSpec.Mode;
import dev.windlass.policy.filter.FilterMeter.Way;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * All that a deployment's filter may come to tell its meter, so that whoever counts can begin with nothing.
 *
 * @param looks whose texts it may look at
 */
public record Prospect(Set<Way> looks, Set<Outcome> outcomes) {
    /** @param rule empty where no rule is to blame */
    public record Outcome(Way way, String rule, Verdict verdict) {}

    public Prospect {
        looks = Set.copyOf(looks);
        outcomes = Set.copyOf(outcomes);
    }

    /** @param policy that which the deployment names, where there is one that can be used */
    public static Prospect of(ContentFilterSpec spec, Optional<FilterPolicy> policy) {
        Set<Way> looks = new LinkedHashSet<>();
        Set<Outcome> outcomes = new LinkedHashSet<>();
        if (!ContentFilter.isOff(spec)) {
            // Of requests that cannot be read, and of a policy that is taken away.
            outcomes.add(new Outcome(Way.Input, "", Verdict.Error));
            policy.ifPresent(rules -> {
                requests(spec, rules, outcomes);
                looks.add(Way.Input);
                if (spec.output() != Mode.Off && !rules.rules(Way.Output).isEmpty()) {
                    answers(spec, rules, outcomes);
                    looks.add(Way.Output);
                }
            });
        }
        return new Prospect(looks, outcomes);
    }

    private static void requests(ContentFilterSpec spec, FilterPolicy policy, Set<Outcome> outcomes) {
        for (var rule : policy.rules(Way.Input)) {
            // Texts to be moderated: nobody sends them on, so that they are looked at whatever the mode is.
            outcomes.add(new Outcome(Way.Input, rule.name(), Verdict.Flag));
            if (spec.input() != Mode.Off) {
                add(rule.asks() ? rule.refusing() : rule, Way.Input, spec.input(), outcomes);
            }
        }
    }

    private static void answers(ContentFilterSpec spec, FilterPolicy policy, Set<Outcome> outcomes) {
        outcomes.add(new Outcome(Way.Output, "", Verdict.Error));
        policy.rules(Way.Output).forEach(rule -> add(rule, Way.Output, spec.output(), outcomes));
    }

    private static void add(Rule rule, Way way, Mode mode, Set<Outcome> outcomes) {
        outcomes.add(new Outcome(way, rule.name(), Verdict.of(rule.action(), mode == Mode.Enforce)));
        if (rule.asks()) {
            outcomes.add(new Outcome(way, rule.name(), Verdict.Error));
        }
    }
}
