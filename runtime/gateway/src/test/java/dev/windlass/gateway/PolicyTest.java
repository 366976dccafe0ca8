package dev.windlass.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.windlass.gateway.fake.Scripts;
import dev.windlass.http.ApiException;
import dev.windlass.policy.Arrival;
import dev.windlass.policy.EdgePolicy;
import dev.windlass.policy.Ending;
import dev.windlass.policy.Ending.Outcome;
import dev.windlass.policy.EventSink;
import dev.windlass.policy.Passage;
import dev.windlass.policy.Patience;
import dev.windlass.policy.StoredAnswer;
import dev.windlass.policy.Usage;
import dev.windlass.policy.WholeAnswer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What policies can do with a request and its answer, by policies that do just that. */
class PolicyTest {
    private final List<Ending> endings = new CopyOnWriteArrayList<>();
    private volatile EdgePolicy policy = EdgePolicy.OPEN;
    private final TestGateway gateway = new TestGateway(TestGateway.OPTIONS, arrival -> policy.admit(arrival));

    @AfterEach
    void close() {
        gateway.close();
    }

    private TestGateway gateway(EdgePolicy... policies) {
        policy = EdgePolicy.inOrder(List.of(policies));
        return gateway;
    }

    /** Writes down how requests end. */
    private class Remembers implements Passage {
        @Override
        public void end(Ending ending) {
            endings.add(ending);
        }
    }

    @Test
    void changesWhatTheRuntimeIsSentAndWhatTheClientIsToldBesides() throws Exception {
        EdgePolicy changes = arrival -> {
            assertThat(arrival.target().qualified()).isEqualTo("default/m");
            assertThat(arrival.header("X-Mine")).contains("yes");
            ((ObjectNode) arrival.json().at("/messages/0")).put("content", "Bye");
            arrival.change();
            arrival.forward("x-bound", "7");
            arrival.withhold("authorization");
            arrival.reply("x-left", "3");
            return new Remembers();
        };
        var runtime = gateway(changes).runtime(Scripts.says("Hello"));
        gateway.routeTo(runtime);

        var answer = gateway.chat("x-mine", "yes", "authorization", "Bearer secret");

        assertThat(answer.headers().firstValue("x-left")).contains("3");
        assertThat(answer.headers().firstValue("access-control-expose-headers").orElseThrow())
                .contains("x-left");
        var received = runtime.received().remove();
        assertThat(received.body()).contains("\"content\":\"Bye\"", "\"model\":\"m\"");
        assertThat(received.headers()).containsEntry("x-bound", "7").doesNotContainKey("authorization");
        await().until(() -> endings.size() == 1);
        assertThat(endings).containsExactly(new Ending(Outcome.Completed, 200, "m", new Usage(7, 3, 0), 0));
    }

    @Test
    void aRefusalHasItsHeadersAndEndsThePassagesBeforeIt() throws Exception {
        EdgePolicy refuses = arrival -> {
            arrival.reply("x-ratelimit-remaining-requests", "0");
            throw ApiException.overloaded("Enough.", Duration.ofSeconds(2));
        };
        gateway(_ -> new Remembers(), refuses).routeTo(gateway.runtime(Scripts.says("Hello")));

        var answer = gateway.chat();

        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(answer.headers().firstValue("x-ratelimit-remaining-requests"))
                .contains("0");
        assertThat(endings).containsExactly(new Ending(Outcome.Refused, 429, null, null, 0));
    }

    @Test
    void seesAndChangesEveryEventAndIsToldTheUsageThatTheClientDidNotAskFor() throws Exception {
        EdgePolicy shouts = _ -> new Remembers() {
            @Override
            public EventSink events(EventSink next) {
                return new EventSink() {
                    @Override
                    public boolean event(byte[] event, int length, Kind kind) {
                        String text = new String(event, 0, length, StandardCharsets.UTF_8);
                        byte[] other = (kind == Kind.Content ? text.replace("\"t", "\"T") : text)
                                .getBytes(StandardCharsets.UTF_8);
                        return next.event(other, other.length, kind);
                    }

                    @Override
                    public void end() {
                        next.end();
                    }
                };
            }
        };
        gateway(shouts).routeTo(gateway.runtime((request, wire) -> {
            assertThat(request.headers()).containsKey("x-windlass-tell-usage");
            wire.events();
            wire.role();
            wire.token("t0");
            wire.token("t1");
            wire.finish();
            wire.chunk(": usage {\"prompt_tokens\":5,\"completion_tokens\":2,"
                    + "\"prompt_tokens_details\":{\"cached_tokens\":4}}\n\n");
            wire.done();
        }));

        var answer = gateway.stream();

        assertThat(answer.body()).contains("role", "T0", "T1", "stop", "[DONE]").doesNotContain("usage", "t0");
        await().until(() -> endings.size() == 1);
        assertThat(endings).containsExactly(new Ending(Outcome.Completed, 200, "m", new Usage(5, 2, 4), 2));
    }

    @Test
    void endsAStreamBeforeTheRuntimeDoesAndLetsTheRuntimeStop() throws Exception {
        EdgePolicy hasEnough = _ -> new Remembers() {
            @Override
            public EventSink events(EventSink next) {
                return new EventSink() {
                    private int seen;

                    @Override
                    public boolean event(byte[] event, int length, Kind kind) {
                        return next.event(event, length, kind) && ++seen < 3;
                    }

                    @Override
                    public void end() {
                        next.end();
                    }
                };
            }
        };
        var runtime = gateway(hasEnough).runtime(Scripts.streamsForever(Duration.ofMillis(1)));
        gateway.routeTo(runtime);

        assertThat(gateway.stream().body()).contains("role", "t0", "t1").doesNotContain("t2");
        await().until(() -> runtime.abandoned() == 1);
        await().until(() -> endings.size() == 1);
        assertThat(endings.getFirst().outcome()).isEqualTo(Outcome.Completed);
        assertThat(endings.getFirst().usage()).isNull();
    }

    @Test
    void givesWhatIsInStoreThroughThePoliciesOutsideIt() throws Exception {
        EdgePolicy marks = _ -> new Remembers() {
            @Override
            public WholeAnswer answer(WholeAnswer answer) {
                return answer.withBody("[%s]"
                        .formatted(new String(answer.body(), StandardCharsets.UTF_8))
                        .getBytes(StandardCharsets.UTF_8));
            }
        };
        EdgePolicy stores = _ -> new Passage() {
            @Override
            public Optional<StoredAnswer> stored(Patience patience) {
                patience.requireGoing();
                var answer = new WholeAnswer(200, "application/json", "{}".getBytes(StandardCharsets.UTF_8));
                return Optional.of(new StoredAnswer("m-1", new StoredAnswer.Whole(answer)));
            }
        };
        var runtime = gateway(marks, stores).runtime(Scripts.says("Hello"));
        gateway.routeTo(runtime);

        var answer = gateway.chat();

        assertThat(answer.body()).isEqualTo("[{}]");
        assertThat(answer.headers().firstValue("x-windlass-model-revision")).contains("m-1");
        assertThat(runtime.received()).isEmpty();
        await().until(() -> endings.size() == 1);
        assertThat(endings.getFirst().revision()).isEqualTo("m-1");
    }

    @Test
    void knowsAClientThatLeftFromARuntimeThatFailed() throws Exception {
        gateway((Arrival _) -> new Remembers()).routeTo(gateway.runtime((_, wire) -> {
            wire.events();
            wire.token("t0");
            wire.reset();
        }));
        assertThat(gateway.stream().body()).contains("t0", "model_lost");
        await().until(() -> endings.size() == 1);
        assertThat(endings.getFirst().outcome()).isEqualTo(Outcome.Failed);
        assertThat(endings.getFirst().contents()).isEqualTo(1);

        gateway.routeTo(gateway.runtime(Scripts.streamsForever(Duration.ofMillis(1))));
        try (var socket = gateway.socket(true)) {
            assertThat(socket.getInputStream().readNBytes(10)).hasSize(10);
        }
        await().until(() -> endings.size() == 2);
        assertThat(endings.getLast().outcome()).isEqualTo(Outcome.Left);
    }
}
