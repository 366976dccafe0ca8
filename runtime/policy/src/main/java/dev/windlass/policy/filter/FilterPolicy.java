package dev.windlass.policy.filter;

import dev.windlass.api.FilterRule;
import dev.windlass.api.FilterRule.Action;
import dev.windlass.api.LlmFilterPolicy;
import dev.windlass.policy.filter.FilterMeter.Way;
import java.util.ArrayList;
import java.util.List;

/** The rules of a policy, ready to be used. Unchanging. */
public final class FilterPolicy {
    private static final Classifier NOBODY = (_, _, _) -> {
        throw new ClassifierException("nobody is asked here");
    };

    private final String namespace;
    private final List<Rule> rules;
    private final List<Rule> redacting;

    private FilterPolicy(String namespace, List<Rule> rules) {
        this.namespace = namespace;
        this.rules = List.copyOf(rules);
        this.redacting = rules.stream()
                .filter(rule -> !rule.asks())
                .map(rule -> new Rule(rule.name(), Action.Redact, rule.direction(), false, rule.lookers()))
                .toList();
    }

    /** @throws IllegalArgumentException that names the rule which cannot be used, and says why */
    public static FilterPolicy of(LlmFilterPolicy policy) {
        List<Rule> rules = new ArrayList<>();
        for (FilterRule rule : policy.spec().rules()) {
            try {
                rules.add(Rule.of(rule));
            } catch (IllegalArgumentException problem) {
                throw new IllegalArgumentException("LlmFilterPolicy %s/%s, rule %s: %s"
                        .formatted(policy.namespace(), policy.name(), rule.name(), problem.getMessage()));
            }
        }
        return new FilterPolicy(policy.namespace(), rules);
    }

    String namespace() {
        return namespace;
    }

    List<Rule> rules(Way way) {
        return rules.stream().filter(rule -> rule.looksAt(way)).toList();
    }

    /** A text with placeholders for all that the rules match, flagged or not, but for what only a classifier could tell. */
    public String redact(String text) {
        var screen = new Screen(
                redacting, new Rule.Sight(Screen.FAR, namespace, NOBODY), Screen.Manner.ENFORCED, (_, _) -> {});
        return screen.pass(text);
    }
}
