package dev.windlass.server.load;

import dev.windlass.engine.run.Batch;
import dev.windlass.engine.run.Logits;
import dev.windlass.engine.run.ModelRunner;
import dev.windlass.engine.run.Span;
import dev.windlass.engine.token.Tokenizer;
import dev.windlass.model.InvalidModelException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Runs a prompt and a step of decoding before a model is called ready, and looks at what comes out: the first request
 * should not pay for first-time work, and a model that computes nonsense should not be served.
 */
final class WarmUp {
    private static final String PROMPT = "Heave ho!";

    /** Tokens that each of the further generations decodes. */
    private static final int GENERATED = 4;

    private WarmUp() {}

    /** @param generations how many more there shall be, of a few tokens each */
    static void run(Path directory, ModelRunner runner, Tokenizer tokenizer, int generations) {
        int[] prompt = tokenizer.encode(PROMPT, true, false);
        for (int id : prompt) {
            if (id >= runner.vocabularySize()) {
                throw new InvalidModelException(
                        directory,
                        "the tokenizer gives token %d, and the model knows %d tokens: they do not belong together"
                                .formatted(id, runner.vocabularySize()));
            }
        }
        int count = Math.min(prompt.length, runner.capacity() - 1);
        int[] tokens = Arrays.copyOf(prompt, count + 1);
        int[] lengths = new int[runner.slots()];
        require(directory, runner.run(new Batch(List.of(new Span(0, 0, tokens, count, 1)), lengths)));
        lengths[0] = count;
        tokens[count] = tokens[0];
        require(directory, runner.run(new Batch(List.of(new Span(0, count, tokens, 1, 1)), lengths)));
        for (int i = 0; i < generations; i++) {
            generate(directory, runner, prompt);
        }
    }

    private static void generate(Path directory, ModelRunner runner, int[] prompt) {
        int count = Math.min(prompt.length, runner.capacity() - 1);
        int end = Math.min(count + GENERATED, runner.capacity());
        int[] tokens = Arrays.copyOf(prompt, end);
        int[] lengths = new int[runner.slots()];
        int from = 0;
        for (int to = count; to <= end; to++) {
            Logits logits = runner.run(new Batch(List.of(new Span(0, from, tokens, to - from, 1)), lengths));
            require(directory, logits);
            lengths[0] = to;
            from = to;
            if (to < end) {
                tokens[to] = likeliest(logits);
            }
        }
    }

    private static int likeliest(Logits logits) {
        MemorySegment row = logits.row(0);
        int best = 0;
        for (int i = 1; i < logits.vocabularySize(); i++) {
            if (row.getAtIndex(ValueLayout.JAVA_FLOAT, i) > row.getAtIndex(ValueLayout.JAVA_FLOAT, best)) {
                best = i;
            }
        }
        return best;
    }

    private static void require(Path directory, Logits logits) {
        MemorySegment row = logits.row(0);
        float smallest = Float.POSITIVE_INFINITY;
        float largest = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < logits.vocabularySize(); i++) {
            float value = row.getAtIndex(ValueLayout.JAVA_FLOAT, i);
            if (!Float.isFinite(value)) {
                throw new InvalidModelException(
                        directory, "the model computes %s for token %d of a plain prompt".formatted(value, i));
            }
            smallest = Math.min(smallest, value);
            largest = Math.max(largest, value);
        }
        if (smallest == largest) {
            throw new InvalidModelException(directory, "the model finds all tokens equally probable");
        }
    }
}
