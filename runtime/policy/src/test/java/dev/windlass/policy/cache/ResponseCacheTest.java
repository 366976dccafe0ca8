package dev.windlass.policy.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.windlass.policy.Ending;
import dev.windlass.policy.Ending.Outcome;
import dev.windlass.policy.Passage;
import dev.windlass.policy.TestArrival;
import dev.windlass.policy.WholeAnswer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is given again, to whom, and what is not. */
class ResponseCacheTest extends CacheScene {
    @Test
    void givesAgainWhatWasAnsweredUnderAnotherId() throws Exception {
        var first = arrives().body(ASKS);
        assertThat(ask(first, ANSWER)).isEmpty();
        assertThat(result(first)).isEqualTo("miss");
        var second = arrives().body(ASKS);

        var answer = ask(second, "never").orElseThrow();

        assertThat(result(second)).isEqualTo("hit");
        assertThat(answer.at("/choices/0/message/content").asText()).isEqualTo("Hello");
        assertThat(answer.path("usage")).isEqualTo(JSON.readTree(ANSWER).path("usage"));
        assertThat(answer.path("id").asText()).startsWith("chatcmpl-").isNotEqualTo("chatcmpl-1");
        assertThat(answer.path("created").asLong()).isGreaterThan(1);
        assertThat(meter.read())
                .containsExactlyInAnyOrder(
                        new CacheMeter.Reading("default/m", "miss", 1), new CacheMeter.Reading("default/m", "hit", 1));
    }

    @Test
    void isOffUnlessAsked() {
        var arrival = new TestArrival().body(ASKS);
        assertThat(cache.admit(arrival)).isSameAs(Passage.FREE);
        assertThat(result(arrival)).isEqualTo("none");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'model':'m','messages':[]}",
                "{'model':'m','messages':[],'temperature':0.1}",
                "{'model':'m','messages':[],'temperature':'0'}",
                "{'model':'m','messages':[],'temperature':0,'logprobs':true}",
                "{'model':'m','messages':[],'temperature':0,'logprobs':0}",
                "{'model':'m','messages':[],'temperature':0,'prompt_logprobs':1}",
                "{'model':'m','messages':[],'temperature':0,'stream':true,'stream_options':{'continuous_usage_stats':true}}"
            })
    void leavesAloneWhatHasMoreAnswersThanOne(String body) {
        var arrival = arrives().body(body.replace('\'', '"'));
        assertThat(cache.admit(arrival)).isSameAs(Passage.FREE);
        assertThat(result(arrival)).isEqualTo("bypass");
    }

    @Test
    void leavesAloneOtherPathsAndDeploymentsWithSeveralRevisions() {
        assertThat(cache.admit(arrives().path("/v1/rerank").body(ASKS))).isSameAs(Passage.FREE);
        assertThat(cache.admit(arrives().revision(null).body(ASKS))).isSameAs(Passage.FREE);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"model":"m","temperature":0,"messages":[{"role":"user","content":"Ho"}]}
            {"model":"n","temperature":0,"messages":[{"role":"user","content":"Hi"}]}
            {"model":"m","temperature":0,"messages":[{"content":"Hi","role":"system"}]}
            {"model":"m","temperature":0,"seed":1,"messages":[{"role":"user","content":"Hi"}]}
            {"model":"m","temperature":0,"max_tokens":5,"messages":[{"role":"user","content":"Hi"}]}
            """, quoteCharacter = '\0')
    void tellsRequestsApart(String other) throws Exception {
        ask(arrives().body(ASKS), ANSWER);
        assertThat(ask(arrives().body(other), ANSWER)).isEmpty();
    }

    @Test
    void whatDoesNotDecideTheAnswerDoesNotMatter() throws Exception {
        ask(arrives().body(ASKS), ANSWER);
        var same = arrives().body("""
                {"messages": [{"content": "Hi", "role": "user"}], "user": "me", "stream": false, "temperature": 0, "model": "m"}""");
        assertThat(ask(same, "never")).isPresent();
    }

    @Test
    void neverGivesOneCallerWhatAnotherAskedFor() throws Exception {
        ask(arrives().caller("alice").body(ASKS), ANSWER);
        assertThat(ask(arrives().caller("bob").body(ASKS), ANSWER)).isEmpty();
        assertThat(ask(arrives().body(ASKS), ANSWER)).isEmpty();
        assertThat(ask(arrives().caller("@alice").body(ASKS), ANSWER)).isEmpty();
        assertThat(ask(arrives().caller("alice").body(ASKS), ANSWER)).isPresent();
        assertThat(ask(arrives().caller("alice").revision("m-2").body(ASKS), ANSWER))
                .isEmpty();
        assertThat(ask(arrives().caller("alice").cache(true).body(ASKS), ANSWER))
                .isEmpty();
        assertThat(ask(arrives().caller("bob").cache(true).body(ASKS), ANSWER)).isPresent();
    }

    @Test
    void anAnswerUnderOtherBoundsIsAnother() throws Exception {
        var cut = arrives().cache(true).headers(Map.of("x-windlass-max-output-tokens", "1"));
        ask(cut.body(ASKS), ANSWER.replace("\"stop\"", "\"length\""));
        assertThat(ask(arrives().cache(true).body(ASKS), ANSWER)).isEmpty();

        var bound = arrives().cache(true).body(ASKS);
        bound.forward("x-windlass-max-output-tokens", "1");
        assertThat(ask(bound, "never")).isPresent();
    }

    @Test
    void obeysCacheControl() throws Exception {
        var never = arrives().headers(Map.of("cache-control", "No-Store")).body(ASKS);
        assertThat(ask(never, ANSWER)).isEmpty();
        assertThat(result(never)).isEqualTo("bypass");
        assertThat(ask(arrives().body(ASKS), ANSWER.replace("Hello", "Old"))).isEmpty();

        var anew = arrives().headers(Map.of("cache-control", "no-cache")).body(ASKS);
        assertThat(ask(anew, ANSWER.replace("Hello", "New"))).isEmpty();

        assertThat(ask(arrives().body(ASKS), "never")
                        .orElseThrow()
                        .at("/choices/0/message/content")
                        .asText())
                .isEqualTo("New");
    }

    @Test
    void forgetsAfterItsTime() throws Exception {
        ask(arrives().body(ASKS), ANSWER);
        nanos.addAndGet(Duration.ofMinutes(59).toNanos());
        assertThat(ask(arrives().body(ASKS), ANSWER)).isPresent();
        nanos.addAndGet(Duration.ofMinutes(2).toNanos());
        assertThat(ask(arrives().body(ASKS), ANSWER)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"content_filter", "abort", "error", "null"})
    void keepsNoAnswerThatIsNotComplete(String reason) throws Exception {
        ask(arrives().body(ASKS), ANSWER.replace("\"finish_reason\":\"stop\"", "\"finish_reason\":\"" + reason + "\""));
        assertThat(ask(arrives().body(ASKS), ANSWER)).isEmpty();
        streamed(arrives().caller("b").body(ASKS_FOR_A_STREAM), delta("{\"content\":\"x\"}"), finish(reason), "[DONE]");
        assertThat(ask(arrives().caller("b").body(ASKS), ANSWER)).isEmpty();
    }

    @Test
    void keepsNothingOfARequestThatDidNotEndWell() throws Exception {
        for (var outcome : List.of(Outcome.Failed, Outcome.Left, Outcome.Refused)) {
            var passage = cache.admit(arrives().body(ASKS));
            assertThat(passage.stored(PATIENT)).isEmpty();
            passage.answer(new WholeAnswer(200, "application/json", ANSWER.getBytes(StandardCharsets.UTF_8)));
            passage.end(ends(outcome));
        }
        streamed(arrives().body(ASKS_FOR_A_STREAM), delta("{\"content\":\"cut\"}"), finish("stop"));
        streamed(arrives().body(ASKS_FOR_A_STREAM), delta("{\"audio\":{}}"), finish("stop"), "[DONE]");
        var passage = cache.admit(arrives().body(ASKS));
        assertThat(passage.stored(PATIENT)).isEmpty();
        passage.answer(new WholeAnswer(200, "application/json", ANSWER.getBytes(StandardCharsets.UTF_8)));
        // Another revision had to step in.
        passage.end(new Ending(Outcome.Completed, 200, "m-2", null, 0));
        assertThat(ask(arrives().body(ASKS), ANSWER)).isEmpty();
    }

    @Test
    void aStampedeComputesOnce() throws Exception {
        var computed = new AtomicInteger();
        var together = new CountDownLatch(50);
        List<Future<String>> results = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 50; i++) {
                results.add(threads.submit(() -> {
                    var arrival = arrives().body(ASKS);
                    var passage = cache.admit(arrival);
                    together.countDown();
                    together.await();
                    if (passage.stored(PATIENT).isEmpty()) {
                        computed.incrementAndGet();
                        Thread.sleep(50);
                        passage.answer(
                                new WholeAnswer(200, "application/json", ANSWER.getBytes(StandardCharsets.UTF_8)));
                    }
                    passage.end(ends(Outcome.Completed));
                    return result(arrival);
                }));
            }
        }
        assertThat(computed).hasValue(1);
        List<String> told = new ArrayList<>();
        for (var result : results) {
            told.add(result.get());
        }
        assertThat(told).containsOnlyOnce("miss").containsAnyOf("shared", "hit").doesNotContain("bypass", "none");
    }

    @Test
    void anotherTakesThePlaceOfOneWhoLeftAndNobodyWaitsForOneWhoFailed() throws Exception {
        for (var outcome : List.of(Outcome.Left, Outcome.Failed)) {
            var first = cache.admit(arrives().body(ASKS));
            assertThat(first.stored(PATIENT)).isEmpty();
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                var waits = threads.submit(() -> {
                    var second = cache.admit(arrives().body(ASKS));
                    boolean alone = second.stored(PATIENT).isEmpty();
                    second.end(ends(Outcome.Failed));
                    return alone;
                });
                first.end(ends(outcome));
                assertThat(waits.get()).isTrue();
            }
        }
    }
}
