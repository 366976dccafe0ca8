package dev.windlass.api;

import java.util.ArrayList;
import java.util.List;

/** Everything that is wrong with a filter policy, as {@link SpecCheck} finds it in deployments. */
public final class FilterPolicyCheck {
    private FilterPolicyCheck() {}

    /** What is wrong, in the order of the fields; empty where nothing is. */
    public static List<Problem> problems(LlmFilterPolicy policy) {
        var problems = new ArrayList<Problem>();
        if (policy.name().isEmpty()) {
            problems.add(new Problem("metadata.name", "a value", "nothing"));
        }
        problems.addAll(Constraints.problems("spec", policy.spec()));
        List<FilterRule> rules = policy.spec().rules();
        for (int i = 0; i < rules.size(); i++) {
            String path = "spec.rules[" + i + "]";
            if (!rules.get(i).isOfOneKind()) {
                problems.add(Problem.contradiction(path, Sentences.FILTER_RULE_KIND));
            }
            checkExpressions(path, rules.get(i), problems);
        }
        if (rules.stream().map(FilterRule::name).distinct().count() < rules.size()) {
            problems.add(Problem.contradiction("spec.rules", Sentences.FILTER_RULES_UNIQUE));
        }
        return problems;
    }

    /** An API server cannot see it: its own expressions know more, and take time without end. */
    private static void checkExpressions(String path, FilterRule rule, List<Problem> problems) {
        if (rule.pattern() != null) {
            check(path + ".pattern.expression", rule.pattern().expression(), problems);
        }
        if (rule.pii() != null) {
            List<FilterRule.Own> own = rule.pii().own();
            for (int i = 0; i < own.size(); i++) {
                check(path + ".pii.own[" + i + "].pattern", own.get(i).pattern(), problems);
            }
        }
    }

    private static void check(String path, String expression, List<Problem> problems) {
        ExpressionCheck.problem(expression)
                .ifPresent(why -> problems.add(new Problem(
                        path, "a regular expression in RE2's syntax (%s)".formatted(why), "\"" + expression + "\"")));
    }
}
