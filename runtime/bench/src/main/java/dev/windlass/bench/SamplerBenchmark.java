package dev.windlass.bench;

import dev.windlass.engine.sample.Sampler;
import dev.windlass.engine.sample.SamplingParameters;
import dev.windlass.engine.sample.SamplingState;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it costs the engine's thread to draw one token of a vocabulary of Qwen's size. Run it with {@code -prof gc} to see
 * that it leaves no garbage.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class SamplerBenchmark {
    private static final int VOCABULARY = 151_936;

    /** How a request asks for its tokens. */
    public enum Request {
        GREEDY(0, 1, 0, 0, 1),
        PLAIN(1, 1, 0, 0, 1),
        TOP_P(0.7f, 0.9f, 0, 0, 1),
        TOP_K(0.7f, 1, 40, 0, 1),
        MIN_P(0.7f, 1, 0, 0.05f, 1),
        ALL(0.7f, 0.9f, 40, 0.05f, 1.1f);

        private final SamplingParameters parameters;

        Request(float temperature, float topP, int topK, float minP, float repetitionPenalty) {
            parameters = new SamplingParameters(
                    temperature, topP, topK, minP, 0, 0, repetitionPenalty, Map.of(), OptionalLong.of(1));
        }
    }

    @Param
    @SuppressWarnings("NullAway.Init")
    private Request request;

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment logits = arena.allocate(ValueLayout.JAVA_FLOAT, VOCABULARY);
    private final Sampler sampler = new Sampler(VOCABULARY);

    @SuppressWarnings("NullAway.Init")
    private SamplingState state;

    @Setup
    public void fill() {
        var random = new SplittableRandom(1);
        for (int i = 0; i < VOCABULARY; i++) {
            logits.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) (2.5 * random.nextGaussian()));
        }
        state = new SamplingState(
                request.parameters, random.ints(500, 0, VOCABULARY).toArray(), Set.of(7), 0);
    }

    @Benchmark
    public int token() {
        return sampler.sample(logits, state, null);
    }

    @TearDown
    public void close() {
        arena.close();
    }
}
