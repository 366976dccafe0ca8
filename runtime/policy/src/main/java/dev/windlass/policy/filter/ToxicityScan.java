package dev.windlass.policy.filter;

import dev.windlass.api.FilterRule;
import dev.windlass.policy.filter.match.Scan;
import dev.windlass.policy.filter.match.Sentences;
import dev.windlass.policy.filter.match.Span;
import dev.windlass.policy.filter.match.Tail;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Asks a classifier about every sentence, about many at once where there are many. */
final class ToxicityScan implements Scan, Sentences.Receiver {
    /** Of one question; a classifier's batch is bounded too. */
    private static final int MOST_SENTENCES = 32;

    private final String placeholder;
    private final FilterRule.Toxicity toxicity;
    private final double threshold;
    private final Rule.Sight sight;
    private final Sentences sentences;
    private final List<Span> spans = new ArrayList<>();
    private final List<String> texts = new ArrayList<>();

    ToxicityScan(String placeholder, FilterRule.Toxicity toxicity, double threshold, Rule.Sight sight) {
        this.placeholder = placeholder;
        this.toxicity = toxicity;
        this.threshold = threshold;
        this.sight = sight;
        this.sentences = new Sentences(sight.reach());
    }

    @Override
    public int advance(Tail text, boolean isLast, List<Span> found) {
        sentences.advance(text, isLast, this);
        try {
            for (int begin = 0; begin < texts.size(); begin += MOST_SENTENCES) {
                ask(begin, Math.min(texts.size(), begin + MOST_SENTENCES), found);
            }
        } finally {
            spans.clear();
            texts.clear();
        }
        return sentences.open(text);
    }

    private void ask(int begin, int end, List<Span> found) {
        var scores = scores(begin, end);
        for (int i = begin; i < end; i++) {
            if (worst(scores.get(i - begin)) > threshold) {
                found.add(spans.get(i));
            }
        }
    }

    private List<Map<String, Double>> scores(int begin, int end) {
        var scores = sight.classifier().classify(sight.namespace(), toxicity.model(), texts.subList(begin, end));
        if (scores.size() != end - begin) {
            throw new ClassifierException(
                    "expected the scores of %d texts, got %d".formatted(end - begin, scores.size()));
        }
        return scores;
    }

    /** The highest score of any sentence of a whole text. */
    double worst(String text) {
        var tail = new Tail();
        tail.append(text);
        sentences.advance(tail, true, this);
        double worst = 0;
        for (int begin = 0; begin < texts.size(); begin += MOST_SENTENCES) {
            for (var each : scores(begin, Math.min(texts.size(), begin + MOST_SENTENCES))) {
                worst = Math.max(worst, worst(each));
            }
        }
        return worst;
    }

    private double worst(Map<String, Double> scores) {
        double worst = 0;
        for (var score : scores.entrySet()) {
            if (toxicity.labels().isEmpty() || toxicity.labels().contains(score.getKey())) {
                worst = Math.max(worst, score.getValue());
            }
        }
        return worst;
    }

    @Override
    public void sentence(int start, int end, String text) {
        spans.add(new Span(start, end, placeholder));
        texts.add(text);
    }
}
