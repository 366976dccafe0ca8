package dev.windlass.policy.filter;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.windlass.api.ContentFilterSpec;
import dev.windlass.api.ContentFilterSpec.Mode;
import dev.windlass.api.ContentFilterSpec.OnError;
import dev.windlass.api.ModelSpec.SecretReference;
import dev.windlass.policy.Arrival;
import dev.windlass.policy.EdgeSettings;
import dev.windlass.policy.Ending;
import dev.windlass.policy.EventSink;
import dev.windlass.policy.Passage;
import dev.windlass.policy.Patience;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A filter as a gateway uses it, without the gateway. Nothing is counted that was not to be foreseen. */
final class FilterRig implements FilterMeter {
    static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Patience PATIENCE = new Patience() {
        @Override
        public void requireGoing() {}

        @Override
        public void keepAlive() {}
    };

    final List<String> verdicts = new ArrayList<>();
    final List<String> blocked = new ArrayList<>();
    final ContentFilter filter;
    private final EdgeSettings settings;
    private final Prospect prospect;

    FilterRig(String rules, Classifier classifier, Mode input, Mode output, OnError onError) {
        var policies = CurrentFilterPolicies.of(List.of(Policies.resource(rules)));
        var spec = new ContentFilterSpec(new SecretReference("p"), input, output, null, onError);
        this.filter = new ContentFilter(policies, classifier, this);
        this.prospect = Prospect.of(spec, policies.find("team", spec));
        this.settings = new EdgeSettings(
                EdgeSettings.NONE.auth(), EdgeSettings.NONE.limits(), spec, null, EdgeSettings.NONE.audit(), null);
    }

    FilterRig(String rules) {
        this(
                rules,
                (_, _, _) -> {
                    throw new ClassifierException("nobody there");
                },
                Mode.Enforce,
                Mode.Enforce,
                OnError.FailClosed);
    }

    Arrival arrival(String path, String body) {
        return new Arrival(
                new Arrival.Target("team", "m", settings),
                new Arrival.Head(path, "r", tree(body).path("stream").asBoolean(), _ -> Optional.empty()),
                body.getBytes(StandardCharsets.UTF_8),
                JSON);
    }

    /** What the runtime is sent. */
    String asked(String path, String body) {
        var arrival = arrival(path, body);
        filter.admit(arrival).stored(PATIENCE);
        return new String(arrival.body(), StandardCharsets.UTF_8);
    }

    Passage admit(String path, String body) {
        return filter.admit(arrival(path, body));
    }

    static JsonNode tree(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException problem) {
            throw new UncheckedIOException(problem);
        }
    }

    /** A client that reads a stream. */
    static final class Client implements EventSink {
        final List<String> events = new ArrayList<>();
        final Map<String, StringBuilder> texts = new LinkedHashMap<>();
        final Map<Integer, String> ends = new LinkedHashMap<>();
        boolean isDone;
        boolean isEnded;

        @Override
        public boolean event(byte[] event, int length, Kind kind) {
            String text = new String(event, 0, length, StandardCharsets.UTF_8);
            events.add(text);
            if (text.startsWith("data: [DONE]")) {
                isDone = true;
            } else if (text.startsWith("data: {")) {
                tree(text.substring(6)).path("choices").forEach(this::choice);
            }
            return true;
        }

        private void choice(JsonNode choice) {
            int index = choice.path("index").asInt();
            if (choice.path("finish_reason").isTextual()) {
                ends.put(index, choice.path("finish_reason").asText());
            }
            JsonNode delta = choice.path("delta");
            add(index + " text", choice.path("text"));
            add(index + " content", delta.path("content"));
            add(index + " reasoning", delta.path("reasoning_content"));
            for (var call : delta.path("tool_calls")) {
                add(index + " call " + call.path("index"), call.path("function").path("arguments"));
            }
        }

        private void add(String what, JsonNode text) {
            if (text.isTextual()) {
                texts.computeIfAbsent(what, _ -> new StringBuilder()).append(text.asText());
            }
        }

        String text(String what) {
            return String.valueOf(texts.getOrDefault(what, new StringBuilder()));
        }

        @Override
        public void end() {
            isEnded = true;
        }
    }

    /** Sends events until no more are wanted. @return how many were taken */
    static int send(EventSink sink, List<String> events) {
        int taken = 0;
        for (String event : events) {
            byte[] bytes = event.getBytes(StandardCharsets.UTF_8);
            taken++;
            if (!sink.event(bytes, bytes.length, kind(event))) {
                break;
            }
        }
        sink.end();
        return taken;
    }

    private static EventSink.Kind kind(String event) {
        return event.startsWith(":")
                ? EventSink.Kind.Comment
                : event.startsWith("data: [DONE]") ? EventSink.Kind.Done : EventSink.Kind.Content;
    }

    static String delta(int index, String field, String text) {
        var choice = JSON.createObjectNode().put("index", index);
        choice.putObject("delta").put(field, text);
        choice.putNull("logprobs").putNull("finish_reason");
        return event(choice);
    }

    static String arguments(int index, int call, String text) {
        var choice = JSON.createObjectNode().put("index", index);
        choice.putObject("delta")
                .putArray("tool_calls")
                .addObject()
                .put("index", call)
                .putObject("function")
                .put("arguments", text);
        choice.putNull("finish_reason");
        return event(choice);
    }

    static String finish(int index) {
        var choice = JSON.createObjectNode().put("index", index);
        choice.putObject("delta");
        choice.put("finish_reason", "stop");
        return event(choice);
    }

    static String event(JsonNode choice) {
        var root = JSON.createObjectNode()
                .put("id", "chatcmpl-1")
                .put("object", "chat.completion.chunk")
                .put("created", 5)
                .put("model", "m");
        root.putArray("choices").add(choice);
        return "data: " + root + "\n\n";
    }

    @Override
    public void verdict(Arrival.Target target, Way way, String rule, Verdict verdict) {
        assertThat(prospect.outcomes()).contains(new Prospect.Outcome(way, rule, verdict));
        verdicts.add("%s %s %s %s".formatted(target.qualified(), way, rule, verdict));
    }

    @Override
    public void spent(Arrival.Target target, Way way, long nanos) {
        assertThat(prospect.looks()).contains(way);
    }

    @Override
    public void blocked(Arrival.Target target, String revision) {
        blocked.add(target.qualified() + " " + revision);
    }

    static Ending ending() {
        return new Ending(Ending.Outcome.Completed, 200, "m-1", null, 1);
    }
}
