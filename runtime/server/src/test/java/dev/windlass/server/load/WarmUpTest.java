package dev.windlass.server.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.windlass.engine.run.Batch;
import dev.windlass.engine.run.Logits;
import dev.windlass.engine.run.ModelRunner;
import dev.windlass.engine.token.HuggingFaceTokenizer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WarmUpTest {
    private static final Path MODEL = Path.of("../../examples/demo-model");

    @ParameterizedTest(name = "{0} generations in a context of {1}")
    @CsvSource({"0, 64", "1, 64", "3, 64", "3, 2"})
    void runsAsManyGenerationsAsAskedForAfterItsOwnCheckAndStaysWithinTheContext(int generations, int capacity) {
        var runner = new CountingRunner(capacity);

        try (var tokenizer = HuggingFaceTokenizer.open(MODEL)) {
            WarmUp.run(MODEL, runner, tokenizer, generations);
        }

        // The check itself is a prompt and one step, and so begins one sequence.
        assertThat(runner.prompts).isEqualTo(1 + generations);
        assertThat(runner.furthest).isLessThanOrEqualTo(capacity);
    }

    /** Finds the second token likeliest, always. */
    private static final class CountingRunner implements ModelRunner {
        private static final int VOCABULARY = 1 << 17;
        private final int capacity;
        private final MemorySegment row = Arena.ofAuto().allocate(ValueLayout.JAVA_FLOAT, VOCABULARY);
        private int prompts;
        private int furthest;

        CountingRunner(int capacity) {
            this.capacity = capacity;
            row.setAtIndex(ValueLayout.JAVA_FLOAT, 1, 1);
        }

        @Override
        public Logits run(Batch batch) {
            for (var span : batch.spans()) {
                prompts += span.start() == 0 ? 1 : 0;
                furthest = Math.max(furthest, span.start() + span.count());
            }
            return new Logits(row, 1, VOCABULARY);
        }

        @Override
        public int vocabularySize() {
            return VOCABULARY;
        }

        @Override
        public int slots() {
            return 1;
        }

        @Override
        public int capacity() {
            return capacity;
        }

        @Override
        public void copy(int sourceSlot, int targetSlot, int length) {}

        @Override
        public void close() {}
    }
}
