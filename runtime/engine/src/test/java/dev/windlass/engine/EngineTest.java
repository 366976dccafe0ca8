package dev.windlass.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.windlass.engine.EngineException.DeadlineExceeded;
import dev.windlass.engine.EngineException.PromptTooLong;
import dev.windlass.engine.EngineException.QueueFull;
import dev.windlass.engine.EngineException.ShuttingDown;
import dev.windlass.engine.EngineException.StepFailed;
import dev.windlass.engine.GenerationEvent.FinishReason;
import dev.windlass.engine.Requests.Outcome;
import dev.windlass.engine.grammar.TokenConstraint;
import dev.windlass.engine.sample.SamplingParameters;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EngineTest {
    private static final int VOCABULARY = 64;
    private static final int CAPACITY = 256;

    private final LetterTokenizer tokenizer = new LetterTokenizer(VOCABULARY);
    private final List<Engine> engines = new ArrayList<>();
    private final Semaphore steps = new Semaphore(0);
    private final Recorder listener = new Recorder();
    private HashRunner runner = new HashRunner(VOCABULARY, 4, CAPACITY);

    private static final class Recorder implements EngineListener {
        final List<String> preempted = new CopyOnWriteArrayList<>();
        final List<String> started = new CopyOnWriteArrayList<>();
        final AtomicInteger failedSteps = new AtomicInteger();
        final AtomicInteger tokens = new AtomicInteger();
        final List<StepStatistics> statistics = new CopyOnWriteArrayList<>();

        @Override
        public void started(GenerationRequest request, Duration queued, int cachedTokens) {
            started.add(request.id());
        }

        @Override
        public void firstToken(GenerationRequest request, Duration sinceSubmission) {
            tokens.incrementAndGet();
        }

        @Override
        public void nextToken(GenerationRequest request, Duration sincePrevious) {
            tokens.incrementAndGet();
        }

        @Override
        public void preempted(GenerationRequest request) {
            preempted.add(request.id());
        }

        @Override
        public void stepped(StepStatistics step) {
            statistics.add(step);
        }

        @Override
        public void stepFailed(Throwable cause, int consecutive) {
            failedSteps.set(consecutive);
        }
    }

    @AfterEach
    void closeEngines() {
        runner.beforeStep = () -> {};
        steps.release(1_000_000);
        engines.forEach(Engine::close);
    }

    private Engine engine(EngineOptions options) {
        var engine = Engine.start(runner, tokenizer, options, listener);
        engines.add(engine);
        return engine;
    }

    private Engine engine() {
        return engine(EngineOptions.of(4));
    }

    /** From now on every step waits for a permit. */
    private void gate() {
        runner.beforeStep = steps::acquireUninterruptibly;
    }

    private static int[] prompt(int length, int seed) {
        return IntStream.range(0, length)
                .map(i -> 6 + (i * 7 + i * i * seed) % 50)
                .toArray();
    }

    @Test
    void generatesUntilTheBoundOnTokens() throws Exception {
        var request = new Requests();
        request.ignoreEnd = true;
        var outcome = Requests.await(engine().submit(request.build()));
        assertThat(outcome.tokens()).hasSize(8);
        assertThat(outcome.text()).isEqualTo(text(outcome));
        assertThat(outcome.finished().reason()).isEqualTo(FinishReason.LENGTH);
        assertThat(outcome.finished().usage().generatedTokens()).isEqualTo(8);
        assertThat(outcome.finished().usage().promptTokens()).isEqualTo(3);
    }

    private String text(Outcome outcome) {
        return tokenizer.decode(
                outcome.tokens().stream().mapToInt(Integer::intValue).toArray(), true);
    }

    @Test
    void endsAtTheEndOfTheContext() throws Exception {
        var request = Requests.prompt(prompt(CAPACITY - 5, 3));
        request.ignoreEnd = true;
        request.maximumTokens = 100;
        var outcome = Requests.await(engine().submit(request.build()));
        assertThat(outcome.tokens()).hasSize(5);
        assertThat(outcome.finished().reason()).isEqualTo(FinishReason.LENGTH);
    }

    @Test
    void endsAtAnEndTokenWithoutItsText() throws Exception {
        var request = new Requests();
        request.sampling = biased(Map.of(LetterTokenizer.END, 100f));
        var outcome = Requests.await(engine().submit(request.build()));
        assertThat(outcome.tokens()).containsExactly(LetterTokenizer.END);
        assertThat(outcome.text()).isEmpty();
        assertThat(outcome.finished().reason()).isEqualTo(FinishReason.STOP);
        assertThat(outcome.finished().stop()).isNull();
    }

    @Test
    void doesNotEndBeforeTheMinimum() throws Exception {
        var request = new Requests();
        request.sampling = biased(Map.of(LetterTokenizer.END, 100f));
        request.minimumTokens = 4;
        var outcome = Requests.await(engine().submit(request.build()));
        assertThat(outcome.tokens()).hasSize(5).endsWith(LetterTokenizer.END);
    }

    @Test
    void endsAtAStopTokenAndNamesIt() throws Exception {
        var request = new Requests();
        request.sampling = biased(Map.of(9, 100f));
        request.stopTokens = Set.of(9);
        request.includeStop = true;
        var outcome = Requests.await(engine().submit(request.build()));
        assertThat(outcome.text()).isEqualTo("d");
        assertThat(outcome.finished().stop()).isEqualTo(9);
    }

    @Test
    void neverShowsAStopStringThatSeveralTokensMake() throws Exception {
        var free = new Requests();
        free.ignoreEnd = true;
        free.maximumTokens = 40;
        var engine = engine();
        String whole = Requests.await(engine.submit(free.build())).text();
        String stop = whole.substring(10, 13);
        free.stopStrings = List.of(stop);
        var outcome = Requests.await(engine.submit(free.build()));
        assertThat(outcome.text()).isEqualTo(whole.substring(0, whole.indexOf(stop)));
        assertThat(outcome.finished().stop()).isEqualTo(stop);
        assertThat(outcome.finished().reason()).isEqualTo(FinishReason.STOP);
    }

    @Test
    void holdsBackTheBytesOfACharacter() throws Exception {
        var request = new Requests();
        int[] next = {2, 3, 4, 5, 0};
        request.grammar = () -> new TokenConstraint() {
            private int at;

            @Override
            public long[] allowed() {
                return new long[] {1L << next[at]};
            }

            @Override
            public void accept(int token) {
                at++;
            }
        };
        var generation = engine().submit(request.build());
        var outcome = Requests.await(generation);
        assertThat(outcome.text()).isEqualTo("🙂");
        assertThat(outcome.tokens()).containsExactly(2, 3, 4, 5, 0);
    }

    @Test
    void repeatsItselfByItsSeedWhateverElseIsInTheBatch() throws Exception {
        var request = new Requests();
        request.sampling = random(7);
        request.maximumTokens = 30;
        var alone = Requests.await(engine().submit(request.build()));
        var crowd = new ArrayList<Generation>();
        for (int i = 0; i < 3; i++) {
            var other = Requests.prompt(prompt(50 + i, i));
            other.sampling = random(i);
            other.maximumTokens = 40;
            crowd.add(engines.getFirst().submit(other.build()));
        }
        var among = Requests.await(engines.getFirst().submit(request.build()));
        assertThat(among.tokens()).isEqualTo(alone.tokens());
        for (var other : crowd) {
            Requests.await(other);
        }
        request.sampling = random(8);
        var otherSeed = Requests.await(engines.getFirst().submit(request.build()));
        assertThat(otherSeed.tokens()).isNotEqualTo(alone.tokens());
    }

    @Test
    void computesARepeatedPrefixOnce() throws Exception {
        var request = Requests.prompt(prompt(200, 5));
        var engine = engine();
        var first = Requests.await(engine.submit(request.build()));
        long computed = runner.computed.get();
        var second = Requests.await(engine.submit(request.build()));
        assertThat(second.tokens()).isEqualTo(first.tokens());
        assertThat(second.finished().usage().cachedTokens()).isEqualTo(199);
        assertThat(runner.computed.get() - computed).isLessThanOrEqualTo(8);
    }

    @Test
    void computesThePromptOfSeveralChoicesOnce() throws Exception {
        gate();
        var engine = engine(EngineOptions.of(4).withTokenBudget(64, 64));
        var choices = new ArrayList<Generation>();
        for (int i = 0; i < 4; i++) {
            var choice = Requests.prompt(prompt(200, 5));
            choice.sampling = random(i);
            choice.maximumTokens = 1;
            choices.add(engine.submit(choice.build()));
        }
        steps.release(1_000);
        for (var choice : choices) {
            Requests.await(choice);
        }
        assertThat(runner.computed.get()).isEqualTo(200 + 3);
    }

    @Test
    void reportsLogprobsOfTheModelAndTheirRank() throws Exception {
        var request = new Requests();
        request.logprobs = OptionalInt.of(3);
        request.ignoreEnd = true;
        request.sampling = biased(Map.of(20, 100f));
        var outcome = Requests.await(engine().submit(request.build()));
        assertThat(outcome.logprobs()).hasSize(8).allSatisfy(token -> {
            assertThat(token.chosen().id()).isEqualTo(20);
            assertThat(token.chosen().logprob()).isNegative();
            assertThat(token.top()).hasSize(3);
            assertThat(token.top().getFirst().logprob())
                    .isGreaterThanOrEqualTo(token.chosen().logprob());
            assertThat(token.top()).extracting(entry -> entry.rank()).containsExactly(1, 2, 3);
        });
    }

    @Test
    void scoresEveryTokenOfAPromptOnceAlsoWhenPreempted() throws Exception {
        var request = Requests.prompt(prompt(100, 4));
        request.promptLogprobs = OptionalInt.of(2);
        var calm = Requests.await(engine(EngineOptions.of(2)).submit(request.build()));
        runner = new HashRunner(VOCABULARY, 4, CAPACITY);
        var restless = Requests.await(engine(EngineOptions.of(2)
                        .withTokenBudget(16, 7)
                        .withPrefixReuse(false)
                        .withPreemptionInterval(20))
                .submit(request.build()));
        assertThat(calm.scores()).hasSize(100);
        assertThat(calm.scores().getFirst()).isNull();
        assertThat(calm.scores().subList(1, 100))
                .extracting(score -> score == null ? -1 : score.chosen().id())
                .containsExactlyElementsOf(
                        IntStream.of(request.prompt).skip(1).boxed().toList());
        assertThat(restless.scores()).isEqualTo(calm.scores());
        assertThat(restless.tokens()).isEqualTo(calm.tokens());
    }

    @Test
    void refusesPromptsThatFillTheContext() {
        var request = Requests.prompt(prompt(CAPACITY, 1)).build();
        var engine = engine();
        assertThatThrownBy(() -> engine.submit(request))
                .isInstanceOf(PromptTooLong.class)
                .hasMessageContaining("256");
    }

    @Test
    void refusesTokensThatDoNotExist() {
        var request = Requests.prompt(3, VOCABULARY).build();
        var engine = engine();
        assertThatThrownBy(() -> engine.submit(request))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("prompt[1]: expected a token from 0 to 63, got 64");
    }

    @Test
    void refusesWhatTheQueueHasNoRoomFor() {
        gate();
        var engine = engine(EngineOptions.of(1).withMaximumWaiting(2));
        var request = Requests.prompt(prompt(10, 1)).build();
        engine.submit(request);
        await().until(() -> engine.snapshot().waiting() == 0);
        engine.submit(request);
        engine.submit(request);
        assertThatThrownBy(() -> engine.submit(request))
                .isInstanceOfSatisfying(
                        QueueFull.class,
                        full -> assertThat(full.retryAfter()).isGreaterThanOrEqualTo(Duration.ofSeconds(1)));
        assertThat(engine.snapshot().waiting()).isEqualTo(2);
    }

    @Test
    void endsACancelledRequestWithinOneStep() throws Exception {
        gate();
        var request = new Requests();
        request.maximumTokens = 200;
        request.ignoreEnd = true;
        var engine = engine();
        var generation = engine.submit(request.build());
        steps.release(3);
        await().until(() -> listener.tokens.get() == 3);
        generation.cancel();
        steps.release(1);
        var outcome = Requests.await(generation);
        assertThat(outcome.finished().reason()).isEqualTo(FinishReason.ABORT);
        assertThat(outcome.tokens().size()).isLessThanOrEqualTo(4);
        await().until(() -> engine.snapshot().running() == 0);
    }

    @Test
    void failsWhatIsLateWhetherItWaitsOrRuns() throws Exception {
        gate();
        var engine = engine(EngineOptions.of(1));
        var request = new Requests();
        request.maximumTokens = 100;
        request.ignoreEnd = true;
        request.timeout = Duration.ofMillis(50);
        var running = engine.submit(request.build());
        var waiting = engine.submit(request.build());
        steps.release(1);
        await().until(() -> listener.tokens.get() == 1);
        await().pollDelay(Duration.ofMillis(60)).until(() -> true);
        steps.release(1);
        assertThat(Requests.await(running).failure()).isInstanceOf(DeadlineExceeded.class);
        assertThat(Requests.await(waiting).failure()).isInstanceOf(DeadlineExceeded.class);
    }

    @Test
    void failsOnlyTheRequestsOfAFailedStep() throws Exception {
        var engine = engine();
        var request = new Requests();
        var before = Requests.await(engine.submit(request.build()));
        runner.beforeStep = () -> {
            throw new IllegalStateException("no luck");
        };
        var failed = Requests.await(engine.submit(request.build()));
        assertThat(failed.failure()).isInstanceOf(StepFailed.class).hasMessageContaining("no luck");
        Requests.await(engine.submit(request.build()));
        await().until(() -> listener.failedSteps.get() == 2);
        runner.beforeStep = () -> {};
        assertThat(Requests.await(engine.submit(request.build())).tokens()).isEqualTo(before.tokens());
    }

    @Test
    void pausesARequestThatNobodyReadsAndLetsOthersHaveItsSlot() throws Exception {
        var engine = engine(EngineOptions.of(1).withSlowReaders(5, Duration.ofMillis(10)));
        var request = new Requests();
        request.id = "slow";
        request.ignoreEnd = true;
        request.maximumTokens = 60;
        var slow = engine.submit(request.build());
        await().until(() -> engine.snapshot().paused() == 1);
        request.id = "fast";
        var fast = Requests.await(engine.submit(request.build()));
        assertThat(listener.preempted).contains("slow");
        assertThat(Requests.await(slow).tokens()).isEqualTo(fast.tokens());
    }

    @Test
    void preemptsTheLessUrgentForTheMoreUrgent() throws Exception {
        var request = new Requests();
        request.ignoreEnd = true;
        request.maximumTokens = 20;
        request.priority = 5;
        request.id = "idle talk";
        var calm = Requests.await(engine(EngineOptions.of(1)).submit(request.build()));
        runner = new HashRunner(VOCABULARY, 1, CAPACITY);
        gate();
        var engine = engine(EngineOptions.of(1));
        var unimportant = engine.submit(request.build());
        steps.release(5);
        await().until(() -> listener.tokens.get() == 25);
        var urgent = Requests.prompt(prompt(30, 2));
        urgent.id = "urgent";
        var first = engine.submit(urgent.build());
        steps.release(1_000);
        Requests.await(first);
        assertThat(listener.preempted).containsExactly("idle talk");
        assertThat(Requests.await(unimportant).tokens()).isEqualTo(calm.tokens());
    }

    @Test
    void servesByPriorityAndThenByArrival() throws Exception {
        gate();
        var engine = engine(EngineOptions.of(1));
        var generations = new ArrayList<Generation>();
        for (var name : List.of("0 first", "1 late", "0 second", "1 later")) {
            var request = Requests.prompt(prompt(20, name.length()));
            request.id = name;
            request.priority = name.charAt(0) - '0';
            request.maximumTokens = 2;
            request.ignoreEnd = true;
            generations.add(engine.submit(request.build()));
            await().until(() -> !listener.started.isEmpty());
        }
        steps.release(1_000);
        for (var generation : generations) {
            Requests.await(generation);
        }
        assertThat(listener.started).containsExactly("0 first", "0 second", "1 late", "1 later");
    }

    @Test
    void drainsWhatWasAcceptedAndRefusesTheRest() throws Exception {
        var request = new Requests();
        request.ignoreEnd = true;
        request.maximumTokens = 100;
        var engine = engine(EngineOptions.of(1));
        var running = engine.submit(request.build());
        var waiting = engine.submit(request.build());
        engine.close(Duration.ofSeconds(20));
        assertThat(Requests.await(running).tokens()).hasSize(100);
        assertThat(Requests.await(waiting).tokens()).hasSize(100);
        assertThat(runner.closed).isTrue();
        assertThatThrownBy(() -> engine.submit(request.build())).isInstanceOf(ShuttingDown.class);
    }

    @Test
    void failsWhatTheDrainLeaves() throws Exception {
        gate();
        var engine = engine(EngineOptions.of(1));
        var running = engine.submit(new Requests().build());
        var closer = Thread.ofVirtual().start(() -> engine.close(Duration.ofMillis(10)));
        await().until(() -> engine.snapshot().closing());
        await().pollDelay(Duration.ofMillis(20)).until(() -> true);
        steps.release(1);
        closer.join();
        assertThat(Requests.await(running).failure()).isInstanceOf(ShuttingDown.class);
    }

    @Test
    void tellsItsListenerWhatEachStepDid() throws Exception {
        var request = Requests.prompt(prompt(40, 1));
        request.ignoreEnd = true;
        request.maximumTokens = 5;
        Requests.await(engine(EngineOptions.of(2).withTokenBudget(32, 32)).submit(request.build()));
        await().until(() -> listener.statistics.size() == 6);
        assertThat(listener.statistics)
                .extracting(StepStatistics::prefillTokens)
                .containsExactly(32, 8, 0, 0, 0, 0);
        assertThat(listener.statistics).extracting(StepStatistics::decodeTokens).containsExactly(0, 0, 1, 1, 1, 1);
        assertThat(listener.statistics)
                .extracting(StepStatistics::sampledTokens)
                .containsExactly(0, 1, 1, 1, 1, 1);
    }

    private static SamplingParameters biased(Map<Integer, Float> bias) {
        return new SamplingParameters(0, 1, 0, 0, 0, 0, 1, bias, OptionalLong.empty());
    }

    private static SamplingParameters random(long seed) {
        return new SamplingParameters(1, 1, 0, 0, 0, 0, 1, Map.of(), OptionalLong.of(seed));
    }
}
