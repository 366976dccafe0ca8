package dev.windlass.engine;

import dev.windlass.engine.GenerationEvent.FinishReason;
import dev.windlass.engine.GenerationEvent.PromptScored;
import dev.windlass.engine.GenerationEvent.Token;
import dev.windlass.engine.GenerationEvent.TokenLogprobs;
import dev.windlass.engine.run.Logits;
import dev.windlass.engine.sample.LogprobScorer;
import dev.windlass.engine.sample.Sampler;
import dev.windlass.engine.schedule.Plan;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Makes rows of logits into tokens, tokens into text, and both into events; and sees when an output ends. */
final class Postprocessor {
    private final Sampler sampler;
    private final LogprobScorer scorer;
    private final int size;
    private final int capacity;

    /**
     * @param size how many leading logits of a row are tokens
     * @param capacity the longest context
     */
    Postprocessor(int size, int capacity) {
        this.size = size;
        this.capacity = capacity;
        this.sampler = new Sampler(size);
        this.scorer = new LogprobScorer(size);
    }

    /** Why an output ended, and the end of it. */
    record End(FinishReason reason, String text, @Nullable Object stop) {}

    /** Scores what a chunk of a prompt was asked to; before {@link #next}, which changes the last row. */
    void score(Plan.Work<ActiveRequest> work, Logits logits, int firstRow) {
        var request = work.sequence();
        var scores = request.promptScores;
        if (scores == null) {
            return;
        }
        var span = work.span();
        int wanted = request.request.promptLogprobs().orElseThrow();
        int firstPosition = span.start() + span.count() - span.logits();
        for (int i = 0; i < span.logits(); i++) {
            int scored = firstPosition + i + 1;
            // A recomputation after a preemption may pass a second time.
            if (scored == scores.size() && scored < request.promptLength()) {
                scores.add(logprobs(logits.row(firstRow + i), request.tokens()[scored], wanted));
            }
        }
    }

    /**
     * Samples the next token of a request and publishes it.
     *
     * @param row the logits of the request's last position
     * @return how the output ended, or null when it goes on
     */
    @Nullable
    End next(ActiveRequest request, MemorySegment row) {
        publishPromptScores(request);
        OptionalInt wanted = request.request.logprobs();
        MemorySegment raw = wanted.isPresent() ? scorer.keep(row) : row;
        var constraint = request.constraint;
        int token = sampler.sample(row, request.sampling, constraint == null ? null : constraint.allowed());
        TokenLogprobs logprobs = wanted.isPresent() ? logprobs(raw, token, wanted.getAsInt()) : null;
        request.append(token);
        request.sampling.accept(token);
        var limits = request.request.limits();
        boolean ends = request.endsWith(token);
        String text = ends && !limits.includeStop() ? "" : request.text.append(token);
        if (request.generated() > limits.minimumTokens()) {
            text = request.stops.append(text);
        }
        request.events.publish(new Token(token, text, logprobs));
        if (request.stops.stop() != null) {
            return new End(FinishReason.STOP, "", request.stops.stop());
        }
        if (ends) {
            return new End(FinishReason.STOP, rest(request), limits.stopTokens().contains(token) ? token : null);
        }
        if (request.generated() >= limits.maximumTokens() || request.length() >= capacity) {
            return new End(FinishReason.LENGTH, rest(request), null);
        }
        if (constraint != null) {
            constraint.accept(token);
        }
        return null;
    }

    private static void publishPromptScores(ActiveRequest request) {
        var scores = request.promptScores;
        if (scores != null) {
            request.promptScores = null;
            request.events.publish(new PromptScored(scores));
        }
    }

    private static String rest(ActiveRequest request) {
        return request.stops.append(request.text.finish()) + request.stops.finish();
    }

    private TokenLogprobs logprobs(MemorySegment row, int token, int wanted) {
        scorer.score(row, token, Math.min(wanted, size));
        var top = new ArrayList<TokenLogprobs.Entry>(scorer.topCount());
        for (int i = 0; i < scorer.topCount(); i++) {
            top.add(new TokenLogprobs.Entry(scorer.topToken(i), scorer.topLogprob(i), i + 1));
        }
        return new TokenLogprobs(new TokenLogprobs.Entry(token, scorer.logprob(), scorer.rank()), top);
    }
}
