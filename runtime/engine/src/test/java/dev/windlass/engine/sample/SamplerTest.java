package dev.windlass.engine.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SamplerTest {
    private static final SamplingParameters RANDOM =
            new SamplingParameters(1, 1, 0, 0, 0, 0, 1, Map.of(), OptionalLong.of(1));

    private static MemorySegment row(float... logits) {
        return MemorySegment.ofArray(logits.clone());
    }

    private static SamplingState state(SamplingParameters parameters, int... prompt) {
        return new SamplingState(parameters, prompt, Set.of(), 0);
    }

    private static int greedy(float... logits) {
        return new Sampler(logits.length).sample(row(logits), state(SamplingParameters.GREEDY), null);
    }

    private static SamplingParameters truncated(float topP, int topK, float minP) {
        return new SamplingParameters(1, topP, topK, minP, 0, 0, 1, Map.of(), OptionalLong.of(1));
    }

    private static SamplingParameters penalties(float frequency, float presence, float repetition) {
        return new SamplingParameters(0, 1, 0, 0, frequency, presence, repetition, Map.of(), OptionalLong.empty());
    }

    /** How often each token is drawn of many. */
    private static Map<Integer, Integer> draws(SamplingParameters parameters, float... logits) {
        var sampler = new Sampler(logits.length);
        var state = state(parameters);
        var counts = new HashMap<Integer, Integer>();
        for (int i = 0; i < 20_000; i++) {
            counts.merge(sampler.sample(row(logits), state, null), 1, Integer::sum);
        }
        return counts;
    }

    private static float log(double value) {
        return (float) Math.log(value);
    }

    @Test
    void takesTheMostProbableAtTemperatureZero() {
        assertThat(greedy(1, -3, 5, 4)).isEqualTo(2);
        assertThat(greedy(-5, -3, -9)).isEqualTo(1);
    }

    @Test
    void takesTheLowestOfEquals() {
        var logits = new float[10_000];
        logits[4_000] = 7;
        logits[9_000] = 7;
        assertThat(greedy(logits)).isEqualTo(4_000);
    }

    @Test
    void findsTheMaximumWhereverItIs() {
        var random = new Random(3);
        for (int size : new int[] {1, 2, 2047, 2048, 2049, 5000}) {
            var logits = new float[size];
            for (int i = 0; i < size; i++) {
                logits[i] = (float) random.nextGaussian();
            }
            int place = random.nextInt(size);
            logits[place] = 10;
            assertThat(greedy(logits)).isEqualTo(place);
        }
    }

    @Test
    void refusesRowsWithoutAFiniteLogit() {
        assertThatThrownBy(() -> greedy(Float.NEGATIVE_INFINITY, Float.NEGATIVE_INFINITY))
                .isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> greedy(1, Float.NaN)).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> greedy(Float.intBitsToFloat(0xffc00000))).isInstanceOf(ArithmeticException.class);
    }

    @Test
    void drawsByProbability() {
        var counts = draws(RANDOM, log(0.5), log(0.3), log(0.2), Float.NEGATIVE_INFINITY);
        assertThat(counts).containsOnlyKeys(0, 1, 2);
        assertThat(counts.get(0)).isCloseTo(10_000, within(400));
        assertThat(counts.get(1)).isCloseTo(6_000, within(400));
        assertThat(counts.get(2)).isCloseTo(4_000, within(400));
    }

    @Test
    void sharpensWithLowTemperature() {
        var cold = new SamplingParameters(0.5f, 1, 0, 0, 0, 0, 1, Map.of(), OptionalLong.of(1));
        var counts = draws(cold, log(0.8), log(0.2));
        assertThat(counts.get(0)).isCloseTo(20_000 * 16 / 17, within(300));
    }

    @Test
    void keepsTheMostProbableByTopK() {
        assertThat(draws(truncated(1, 2, 0), log(0.1), log(0.4), log(0.2), log(0.3)))
                .containsOnlyKeys(1, 3);
    }

    @Test
    void keepsTheSmallestSetThatReachesTopP() {
        assertThat(draws(truncated(0.69f, 0, 0), log(0.1), log(0.4), log(0.2), log(0.3)))
                .containsOnlyKeys(1, 3);
        assertThat(draws(truncated(0.71f, 0, 0), log(0.1), log(0.4), log(0.2), log(0.3)))
                .containsOnlyKeys(1, 2, 3);
        assertThat(draws(truncated(0.01f, 0, 0), log(0.1), log(0.9))).containsOnlyKeys(1);
    }

    @Test
    void keepsWhatIsNotTooImprobableByMinP() {
        assertThat(draws(truncated(1, 0, 0.5f), log(0.1), log(0.4), log(0.19), log(0.31)))
                .containsOnlyKeys(1, 3);
    }

    @Test
    void measuresTopPOnWhatTopKLeaves() {
        // Of the two left, the first has 4/7 of the mass.
        assertThat(draws(truncated(0.55f, 2, 0), log(0.1), log(0.4), log(0.2), log(0.3)))
                .containsOnlyKeys(1);
        assertThat(draws(truncated(0.6f, 2, 0), log(0.1), log(0.4), log(0.2), log(0.3)))
                .containsOnlyKeys(1, 3);
    }

    @Test
    void truncatesLargeVocabulariesAsAFullSortWould() {
        var random = new Random(5);
        var logits = new float[20_000];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = (float) random.nextGaussian() * 2;
        }
        int[] order = IntStream.range(0, logits.length)
                .boxed()
                .sorted((a, b) -> Float.compare(logits[b], logits[a]))
                .mapToInt(Integer::intValue)
                .toArray();
        double total = 0;
        for (float logit : logits) {
            total += Math.exp(logit);
        }
        int nucleus = 0;
        for (double above = 0; above < 0.5 * total; nucleus++) {
            above += Math.exp(logits[order[nucleus]]);
        }
        assertThat(nucleus).isGreaterThan(100);
        var drawn = draws(truncated(0.5f, 0, 0), logits).keySet();
        assertThat(IntStream.of(order).limit(nucleus).boxed().toList()).containsAll(drawn);
        assertThat(drawn.size()).isGreaterThan(nucleus / 2);
        var fewest = draws(truncated(1, 50, 0), logits).keySet();
        assertThat(fewest)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.of(order).limit(50).boxed().toList());
    }

    @Test
    void subtractsPenaltiesForWhatWasGenerated() {
        var state = state(penalties(0.5f, 0.25f, 1), 0);
        state.accept(1);
        state.accept(1);
        var row = row(1, 1, 1);
        new Sampler(3).sample(row, state, null);
        assertThat(floats(row)).containsExactly(1, 1 - 2 * 0.5f - 0.25f, 1);
    }

    @Test
    void weakensWhatPromptOrOutputHoldByTheRepetitionPenalty() {
        var state = state(penalties(0, 0, 2), 0);
        state.accept(1);
        var row = row(1, -1, 3);
        new Sampler(3).sample(row, state, null);
        assertThat(floats(row)).containsExactly(0.5f, -2, 3);
    }

    @Test
    void addsTheBiasBeforeThePenalties() {
        var parameters =
                new SamplingParameters(0, 1, 0, 0, 0, 0, 2, Map.of(0, 3f, 99, 1f, -1, 1f), OptionalLong.empty());
        var row = row(1, 1);
        new Sampler(2).sample(row, state(parameters, 0), null);
        assertThat(floats(row)).containsExactly(2, 1);
    }

    @Test
    void choosesOnlyWhatTheMaskAllows() {
        var logits = new float[200];
        logits[150] = 9;
        logits[70] = 5;
        var state = state(SamplingParameters.GREEDY);
        assertThat(new Sampler(200).sample(row(logits), state, new long[] {-1, -1, 0, -1}))
                .isEqualTo(70);
        assertThat(new Sampler(200).sample(row(logits), state, new long[] {2})).isEqualTo(1);
    }

    @Test
    void masksTheEndBeforeTheMinimumUnlessNothingElseIsAllowed() {
        var state = new SamplingState(SamplingParameters.GREEDY, new int[] {0}, Set.of(2), 1);
        assertThat(new Sampler(3).sample(row(0, 1, 5), state, new long[] {0b100}))
                .isEqualTo(2);
        assertThat(new Sampler(3).sample(row(0, 1, 5), state, new long[] {0b110}))
                .isEqualTo(1);
        assertThat(new Sampler(3).sample(row(0, 1, 5), state, null)).isEqualTo(1);
        state.accept(1);
        assertThat(new Sampler(3).sample(row(0, 1, 5), state, null)).isEqualTo(2);
    }

    @Test
    void countsTokensBeyondTheFirstGrowth() {
        var counts = new TokenCounts();
        for (int i = 0; i < 3_000; i++) {
            counts.add(i * 64 % 1_000, 1);
        }
        assertThat(counts.count(0)).isEqualTo(24);
        assertThat(counts.count(64)).isEqualTo(24);
        assertThat(counts.count(1)).isZero();
    }

    private static float[] floats(MemorySegment row) {
        return row.toArray(ValueLayout.JAVA_FLOAT);
    }
}
