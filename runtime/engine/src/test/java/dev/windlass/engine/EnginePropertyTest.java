package dev.windlass.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.windlass.engine.GenerationEvent.FinishReason;
import dev.windlass.engine.Requests.Outcome;
import dev.windlass.engine.sample.SamplingParameters;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowingConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the engine is asked beside it, and however it must go about it, a request's output is that of it alone. */
class EnginePropertyTest {
    private static final int VOCABULARY = 48;
    private static final int CAPACITY = 160;
    private static final int REQUESTS = 60;

    private final LetterTokenizer tokenizer = new LetterTokenizer(VOCABULARY);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void givesEveryRequestTheOutputItHasAlone(long seed) throws Exception {
        var random = new Random(seed);
        var requests = new ArrayList<GenerationRequest>();
        for (int i = 0; i < REQUESTS; i++) {
            requests.add(request(random, i));
        }
        var expected = alone(requests);
        var options = options(random);
        var runner = new HashRunner(VOCABULARY, options.maximumSequences() + random.nextInt(4), CAPACITY);
        try (var engine = Engine.start(runner, tokenizer, options, EngineListener.NONE);
                var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            var outcomes = new ArrayList<Future<Outcome>>();
            for (int i = 0; i < REQUESTS; i++) {
                outcomes.add(clients.submit(client(engine, requests.get(i), random.nextInt(5), random.nextInt(8))));
            }
            for (int i = 0; i < REQUESTS; i++) {
                check(outcomes.get(i).get(), expected.get(i));
            }
            await().untilAsserted(() -> assertThat(engine.snapshot())
                    .extracting(
                            EngineSnapshot::running,
                            EngineSnapshot::waiting,
                            EngineSnapshot::paused,
                            EngineSnapshot::kvUsage)
                    .containsExactly(0, 0, 0, 0.0));
            // Every slot can be had again.
            for (int i = 0; i < options.maximumSequences() + 2; i++) {
                assertThat(Requests.await(engine.submit(requests.get(i)))).satisfies(sameAs(expected.get(i)));
            }
        }
        assertThat(runner.largestBatch).isLessThanOrEqualTo(options.maximumSequences());
        assertThat(runner.closed).isTrue();
    }

    /** Some go away after a while, some are slow to start. */
    private static Callable<Outcome> client(Engine engine, GenerationRequest request, int delay, int fate) {
        return () -> {
            Thread.sleep(Duration.ofMillis(delay));
            var generation = engine.submit(request);
            if (fate == 0) {
                Thread.sleep(Duration.ofMillis(2));
                generation.cancel();
            }
            return Requests.await(generation);
        };
    }

    private static void check(Outcome found, Outcome expected) {
        if (found.finished().reason() == FinishReason.ABORT) {
            assertThat(found.tokens())
                    .isEqualTo(expected.tokens().subList(0, found.tokens().size()));
            assertThat(expected.text()).startsWith(found.text());
        } else {
            assertThat(found).satisfies(sameAs(expected));
        }
    }

    private static ThrowingConsumer<Outcome> sameAs(Outcome expected) {
        return found -> {
            assertThat(found.tokens()).isEqualTo(expected.tokens());
            assertThat(found.text()).isEqualTo(expected.text());
            assertThat(found.logprobs()).isEqualTo(expected.logprobs());
            assertThat(found.scores()).isEqualTo(expected.scores());
            assertThat(found.finished().reason()).isEqualTo(expected.finished().reason());
            assertThat(found.finished().stop()).isEqualTo(expected.finished().stop());
        };
    }

    private List<Outcome> alone(List<GenerationRequest> requests) throws InterruptedException {
        var outcomes = new ArrayList<Outcome>();
        var options = EngineOptions.of(1).withPrefixReuse(false);
        try (var engine =
                Engine.start(new HashRunner(VOCABULARY, 1, CAPACITY), tokenizer, options, EngineListener.NONE)) {
            for (var request : requests) {
                outcomes.add(Requests.await(engine.submit(request)));
            }
        }
        return outcomes;
    }

    private static EngineOptions options(Random random) {
        int sequences = 1 + random.nextInt(6);
        return EngineOptions.of(sequences)
                .withTokenBudget(sequences + 1 + random.nextInt(60), 1 + random.nextInt(40))
                .withPrefixReuse(random.nextInt(4) > 0)
                .withPreemptionInterval(random.nextBoolean() ? 0 : 2 + random.nextInt(12))
                .withSlowReaders(1 + random.nextInt(12), Duration.ofMillis(random.nextInt(3)));
    }

    private static GenerationRequest request(Random random, int index) {
        var request = Requests.prompt(prompt(random));
        request.id = "request " + index;
        request.maximumTokens = 1 + random.nextInt(60);
        request.minimumTokens = random.nextInt(3) == 0 ? random.nextInt(request.maximumTokens + 1) : 0;
        request.ignoreEnd = random.nextInt(3) == 0;
        request.stopTokens = random.nextInt(4) == 0 ? Set.of(7) : Set.of();
        request.stopStrings = random.nextInt(3) == 0 ? List.of("ab", "ca", "🙂") : List.of();
        request.includeStop = random.nextBoolean();
        request.logprobs = random.nextInt(3) == 0 ? OptionalInt.of(random.nextInt(4)) : OptionalInt.empty();
        request.promptLogprobs = random.nextInt(6) == 0 ? OptionalInt.of(random.nextInt(3)) : OptionalInt.empty();
        request.priority = random.nextInt(3);
        request.sampling = new SamplingParameters(
                random.nextInt(3) == 0 ? 0 : 0.5f + random.nextFloat(),
                random.nextBoolean() ? 1 : 0.5f + random.nextFloat() / 2,
                random.nextBoolean() ? 0 : 1 + random.nextInt(20),
                random.nextInt(3) == 0 ? random.nextFloat() / 4 : 0,
                random.nextInt(3) == 0 ? random.nextFloat() : 0,
                random.nextInt(3) == 0 ? random.nextFloat() : 0,
                random.nextInt(3) == 0 ? 1.2f : 1,
                random.nextInt(3) == 0 ? Map.of(9, 1f, 12, -1f) : Map.of(),
                OptionalLong.of(random.nextLong()));
        return request.build();
    }

    /** Prompts of three families, so that many share a prefix. */
    private static int[] prompt(Random random) {
        int family = random.nextInt(3);
        int common = random.nextInt(60);
        int[] prompt = new int[1 + common + random.nextInt(30)];
        for (int i = 0; i < prompt.length; i++) {
            prompt[i] = i < common ? 6 + (i * (family + 3) + family) % 40 : 6 + random.nextInt(40);
        }
        return prompt;
    }

    @Test
    void servesAllWhenManyMoreComeThanRun() throws Exception {
        var runner = new HashRunner(VOCABULARY, 3, CAPACITY);
        var options = EngineOptions.of(2).withMaximumWaiting(1_000).withTokenBudget(16, 8);
        try (var engine = Engine.start(runner, tokenizer, options, EngineListener.NONE)) {
            var generations = new ArrayList<Generation>();
            var random = new Random(99);
            for (int i = 0; i < 300; i++) {
                generations.add(engine.submit(request(random, i)));
            }
            for (var generation : generations) {
                assertThat(Requests.await(generation).end()).isInstanceOf(GenerationEvent.Finished.class);
            }
        }
    }
}
