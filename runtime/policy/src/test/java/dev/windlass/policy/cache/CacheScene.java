package dev.windlass.policy.cache;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.windlass.policy.Arrival;
import dev.windlass.policy.Ending;
import dev.windlass.policy.Ending.Outcome;
import dev.windlass.policy.EventSink;
import dev.windlass.policy.Patience;
import dev.windlass.policy.StoredAnswer;
import dev.windlass.policy.TestArrival;
import dev.windlass.policy.Usage;
import dev.windlass.policy.WholeAnswer;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** A cache, those who ask it, and a runtime that answers where it does not. */
abstract class CacheScene {
    static final JsonMapper JSON = JsonMapper.builder().build();
    static final String ASKS = """
            {"model":"m","temperature":0,"messages":[{"role":"user","content":"Hi"}]}""";
    static final String ASKS_FOR_A_STREAM = """
            {"model":"m","temperature":0,"stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"Hi"}]}""";
    static final String ANSWER = """
            {"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":\
            {"role":"assistant","content":"Hello","refusal":null},"logprobs":null,"finish_reason":"stop","stop_reason":null}],\
            "usage":{"prompt_tokens":4,"completion_tokens":2,"total_tokens":6,"prompt_tokens_details":{"cached_tokens":1}}}""";
    static final Patience PATIENT = new Patience() {
        @Override
        public void requireGoing() {}

        @Override
        public void keepAlive() {}
    };

    final AtomicLong nanos = new AtomicLong();
    final CacheMeter meter = new CacheMeter();
    final ResponseCache cache =
            new ResponseCache(new MemoryAnswers(10 << 20, nanos::get), meter, InstantSource.system());

    static Ending ends(Outcome outcome) {
        return new Ending(outcome, 200, "m-1", new Usage(4, 2, 1), 0);
    }

    static TestArrival arrives() {
        return new TestArrival().cache(false);
    }

    static String result(Arrival arrival) {
        return arrival.replied().getOrDefault("x-windlass-cache", "none");
    }

    /** Asks, and answers as a runtime would where there is nothing in store. @return the body, empty where it was not in store */
    Optional<JsonNode> ask(Arrival arrival, String answer) throws Exception {
        var passage = cache.admit(arrival);
        var stored = passage.stored(PATIENT);
        if (stored.isPresent()) {
            passage.end(ends(Outcome.Completed));
            return Optional.of(JSON.readTree(
                    ((StoredAnswer.Whole) stored.get().form()).answer().body()));
        }
        passage.answer(new WholeAnswer(200, "application/json", answer.getBytes(StandardCharsets.UTF_8)));
        passage.end(ends(Outcome.Completed));
        return Optional.empty();
    }

    List<String> stream(Arrival arrival) {
        var stored = cache.admit(arrival).stored(PATIENT);
        assertThat(stored).isPresent();
        return ((StoredAnswer.Events) stored.get().form())
                .events().stream()
                        .map(event -> new String(event.bytes(), StandardCharsets.UTF_8))
                        .toList();
    }

    void streamed(Arrival arrival, String... chunks) {
        var passage = cache.admit(arrival);
        assertThat(passage.stored(PATIENT)).isEmpty();
        var out = new ArrayList<String>();
        var sink = passage.events(new EventSink() {
            @Override
            public boolean event(byte[] event, int length, Kind kind) {
                out.add(new String(event, 0, length, StandardCharsets.UTF_8));
                return true;
            }

            @Override
            public void end() {}
        });
        for (String chunk : chunks) {
            byte[] event = ("data: " + chunk + "\n\n").getBytes(StandardCharsets.UTF_8);
            assertThat(sink.event(
                            event, event.length, chunk.equals("[DONE]") ? EventSink.Kind.Done : EventSink.Kind.Content))
                    .isTrue();
        }
        assertThat(out).hasSize(chunks.length);
        passage.end(ends(Outcome.Completed));
    }

    static String chunk(String choice) {
        return """
                {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"m","choices":[%s]}""".formatted(choice);
    }

    static String delta(String delta) {
        return chunk("""
                {"index":0,"delta":%s,"logprobs":null,"finish_reason":null}""".formatted(delta));
    }

    static String finish(String reason) {
        return chunk("""
                {"index":0,"delta":{},"logprobs":null,"finish_reason":"%s"}""".formatted(reason));
    }
}
