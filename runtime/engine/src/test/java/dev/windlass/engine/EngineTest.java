package dev.windlass.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What an engine computes and answers, and what it tells of its steps. */
class EngineTest {
    @AutoClose
    private final TestedEngines engines = new TestedEngines();

    @Test
    void repeatsItselfByItsSeedWhateverElseIsInTheBatch() throws Exception {
        var request = new Requests();
        request.sampling = Requests.random(7);
        request.maximumTokens = 30;
        var engine = engines.start();
        var alone = Requests.await(engine.submit(request.build()));
        var crowd = new ArrayList<Generation>();
        for (int i = 0; i < 3; i++) {
            var other = Requests.ofLength(50 + i, i);
            other.sampling = Requests.random(i);
            other.maximumTokens = 40;
            crowd.add(engine.submit(other.build()));
        }
        var among = Requests.await(engine.submit(request.build()));
        assertThat(among.tokens()).isEqualTo(alone.tokens());
        for (var other : crowd) {
            Requests.await(other);
        }
        request.sampling = Requests.random(8);
        var otherSeed = Requests.await(engine.submit(request.build()));
        assertThat(otherSeed.tokens()).isNotEqualTo(alone.tokens());
    }

    @Test
    void computesARepeatedPrefixOnce() throws Exception {
        var request = Requests.ofLength(200, 5);
        var engine = engines.start();
        var first = Requests.await(engine.submit(request.build()));
        long computed = engines.runner().computed.get();
        var second = Requests.await(engine.submit(request.build()));
        assertThat(second.tokens()).isEqualTo(first.tokens());
        assertThat(second.finished().usage().cachedTokens()).isEqualTo(199);
        assertThat(engines.runner().computed.get() - computed).isLessThanOrEqualTo(8);
    }

    @Test
    void computesThePromptOfSeveralChoicesOnce() throws Exception {
        engines.holdSteps();
        var engine = engines.start(EngineOptions.of(4).withTokenBudget(64, 64));
        var choices = new ArrayList<Generation>();
        for (int i = 0; i < 4; i++) {
            var choice = Requests.ofLength(200, 5);
            choice.sampling = Requests.random(i);
            choice.maximumTokens = 1;
            choices.add(engine.submit(choice.build()));
        }
        engines.allow(1_000);
        for (var choice : choices) {
            Requests.await(choice);
        }
        assertThat(engines.runner().computed.get()).isEqualTo(200 + 3);
    }

    @Test
    void reportsLogprobsOfTheModelAndTheirRank() throws Exception {
        var request = new Requests();
        request.logprobs = OptionalInt.of(3);
        request.ignoreEnd = true;
        request.sampling = Requests.biased(Map.of(20, 100f));
        var outcome = Requests.await(engines.start().submit(request.build()));
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
        var request = Requests.ofLength(100, 4);
        request.promptLogprobs = OptionalInt.of(2);
        var calm = Requests.await(engines.start(EngineOptions.of(2)).submit(request.build()));
        engines.changeRunner(4);
        var restless = Requests.await(engines.start(EngineOptions.of(2)
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
    void tellsItsListenerWhatEachStepDid() throws Exception {
        var request = Requests.ofLength(40, 1);
        request.ignoreEnd = true;
        request.maximumTokens = 5;
        Requests.await(
                engines.start(EngineOptions.of(2).withTokenBudget(32, 32)).submit(request.build()));
        await().until(() -> engines.heard.statistics.size() == 6);
        assertThat(engines.heard.statistics)
                .extracting(StepStatistics::prefillTokens)
                .containsExactly(32, 8, 0, 0, 0, 0);
        assertThat(engines.heard.statistics)
                .extracting(StepStatistics::decodeTokens)
                .containsExactly(0, 0, 1, 1, 1, 1);
        assertThat(engines.heard.statistics)
                .extracting(StepStatistics::sampledTokens)
                .containsExactly(0, 1, 1, 1, 1, 1);
    }
}
