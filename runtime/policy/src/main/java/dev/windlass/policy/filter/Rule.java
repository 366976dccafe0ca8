package dev.windlass.policy.filter;

import dev.windlass.api.FilterRule;
import dev.windlass.api.FilterRule.Action;
import dev.windlass.api.FilterRule.Direction;
import dev.windlass.policy.filter.FilterMeter.Way;
import dev.windlass.policy.filter.match.Expression;
import dev.windlass.policy.filter.match.Keywords;
import dev.windlass.policy.filter.match.Recognisers;
import dev.windlass.policy.filter.match.Scan;
import dev.windlass.policy.filter.match.Span;
import dev.windlass.policy.filter.match.Tail;
import dev.windlass.policy.filter.sentiment.MoodRule;
import dev.windlass.policy.filter.sentiment.Vader;
import java.util.ArrayList;
import java.util.List;

/**
 * A rule, ready to be used.
 *
 * @param asks whether it has to wait for a classifier
 */
record Rule(String name, Action action, Direction direction, boolean asks, List<Looker> lookers) {
    private static final int LONGEST_OWN = 128;

    Rule {
        lookers = List.copyOf(lookers);
    }

    /** What a rule needs to look at a text. */
    record Sight(int reach, String namespace, Classifier classifier) {}

    /** Looks at one text after the other. */
    @FunctionalInterface
    interface Looker {
        Scan scan(Sight sight);

        /** How much of what it looks for a text has. */
        default Score score(String text, Sight sight) {
            List<Span> found = new ArrayList<>();
            var tail = new Tail();
            tail.append(text);
            scan(sight).advance(tail, true, found);
            return found.isEmpty() ? new Score(0, false) : new Score(1, true);
        }
    }

    /**
     * How much of something a text has.
     *
     * @param value from 0 to 1
     * @param matches whether that is enough
     */
    record Score(double value, boolean matches) {}

    private record MoodLooker(MoodRule mood) implements Looker {
        @Override
        public Scan scan(Sight sight) {
            return mood.scan(sight.reach());
        }

        @Override
        public Score score(String text, Sight sight) {
            double worst = mood.worst(text, sight.reach());
            return new Score(Math.max(0, -worst), worst < mood.threshold());
        }
    }

    private record ToxicityLooker(String name, FilterRule.Toxicity toxicity, double threshold) implements Looker {
        @Override
        public ToxicityScan scan(Sight sight) {
            return new ToxicityScan(name, toxicity, threshold, sight);
        }

        @Override
        public Score score(String text, Sight sight) {
            double worst = scan(sight).worst(text);
            return new Score(worst, worst > threshold);
        }
    }

    /** @throws IllegalArgumentException that says what is wrong with it */
    static Rule of(FilterRule rule) {
        List<Looker> lookers = new ArrayList<>();
        if (rule.keywords() != null) {
            var keywords = Keywords.of(rule.name(), rule.keywords().words());
            lookers.add(_ -> keywords.scan());
        }
        if (rule.pattern() != null) {
            lookers.add(looker(Expression.of(
                    rule.name(), rule.pattern().expression(), rule.pattern().maxLength())));
        }
        if (rule.pii() != null) {
            rule.pii().recognisers().forEach(each -> lookers.add(looker(Recognisers.of(each))));
            rule.pii().own().forEach(own -> lookers.add(looker(Expression.of(own.name(), own.pattern(), LONGEST_OWN))));
        }
        if (rule.sentiment() != null) {
            var mood = new MoodRule(rule.name(), threshold(rule.sentiment().threshold(), -1, 0), Vader.english());
            lookers.add(new MoodLooker(mood));
        }
        FilterRule.Toxicity toxicity = rule.toxicity();
        if (toxicity != null) {
            lookers.add(new ToxicityLooker(rule.name(), toxicity, threshold(toxicity.threshold(), 0, 1)));
        }
        return new Rule(rule.name(), rule.actionOrDefault(), rule.direction(), rule.toxicity() != null, lookers);
    }

    private static Looker looker(Expression expression) {
        return sight -> expression.scan(sight.reach());
    }

    private static double threshold(String written, double least, double most) {
        double threshold = Double.parseDouble(written);
        if (!(threshold >= least && threshold <= most)) {
            throw new IllegalArgumentException(
                    "a threshold: expected a number from %s to %s, got %s".formatted(least, most, written));
        }
        return threshold;
    }

    /** The same for a text that can only be taken or refused. */
    Rule refusing() {
        return action == Action.Redact ? new Rule(name, Action.Block, direction, asks, lookers) : this;
    }

    boolean looksAt(Way way) {
        return switch (direction) {
            case Both -> true;
            case Input -> way == Way.Input;
            case Output -> way == Way.Output;
        };
    }
}
