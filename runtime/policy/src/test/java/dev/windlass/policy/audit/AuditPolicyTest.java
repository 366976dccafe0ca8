package dev.windlass.policy.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.windlass.api.AuthSpec;
import dev.windlass.api.ObservabilitySpec.Audit;
import dev.windlass.policy.Arrival;
import dev.windlass.policy.Arrivals;
import dev.windlass.policy.Caller;
import dev.windlass.policy.Ending;
import dev.windlass.policy.EventSink;
import dev.windlass.policy.Usage;
import dev.windlass.policy.WholeAnswer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class AuditPolicyTest {
    private static final AuthSpec OPEN = new AuthSpec(null, null, null);
    private static final String BODY = """
            {"model": "m", "messages": [{"role": "system", "content": "Be kind."},
             {"role": "user", "content": [{"type": "text", "text": "My name is Ada."}]}]}""";
    private static final Ending DONE = new Ending(Ending.Outcome.Completed, 200, "m-a", new Usage(7, 3, 2), 3);

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private static Arrival arrival(Audit audit) {
        var arrival = Arrivals.of(OPEN, audit, BODY, Map.of("authorization", "Bearer the-key"));
        arrival.identify(new Caller("alice", null));
        return arrival;
    }

    private static EventSink.Kind kind(String event) {
        return event.contains("[DONE]") ? EventSink.Kind.Done : EventSink.Kind.Content;
    }

    private List<JsonNode> audited(Redactor redactor, Arrival arrival, String... events) throws IOException {
        try (var log = AuditLog.to(out, redactor)) {
            var passage = new AuditPolicy(log, () -> Instant.parse("2027-01-01T00:00:00Z")).admit(arrival);
            var sink = passage.events(new EventSink() {
                @Override
                public boolean event(byte[] event, int length, Kind kind) {
                    return true;
                }

                @Override
                public void end() {}
            });
            for (String event : events) {
                byte[] bytes = (event + "\n\n").getBytes(StandardCharsets.UTF_8);
                sink.event(bytes, bytes.length, kind(event));
            }
            passage.end(DONE);
        }
        List<JsonNode> lines = new ArrayList<>();
        for (String line : out.toString(StandardCharsets.UTF_8).lines().toList()) {
            lines.add(JsonMapper.builder().build().readTree(line));
        }
        return lines;
    }

    @Test
    void aLineSaysWhoAndHowMuchAndNothingOfWhatWasSaid() throws Exception {
        var arrival = arrival(Audit.Metadata);
        arrival.note("filter", List.of(Map.of("rule", "email", "action", "flag")));
        var line = audited(Redactor.NONE, arrival, "data: {\"choices\":[{\"delta\":{\"content\":\"Hello\"}}]}")
                .getFirst();
        assertThat(line.path("time").asText()).isEqualTo("2027-01-01T00:00:00Z");
        assertThat(line.path("request_id").asText()).isEqualTo("req_1");
        assertThat(line.path("key").asText()).isEqualTo("alice");
        assertThat(line.path("namespace").asText()).isEqualTo("team");
        assertThat(line.path("deployment").asText()).isEqualTo("m");
        assertThat(line.path("revision").asText()).isEqualTo("m-a");
        assertThat(line.path("path").asText()).isEqualTo("/v1/chat/completions");
        assertThat(line.path("status").asInt()).isEqualTo(200);
        assertThat(line.path("outcome").asText()).isEqualTo("completed");
        assertThat(line.path("duration_ms").isNumber()).isTrue();
        assertThat(line.path("first_output_ms").isNumber()).isTrue();
        assertThat(line.path("prompt_tokens").asInt()).isEqualTo(7);
        assertThat(line.path("generated_tokens").asInt()).isEqualTo(3);
        assertThat(line.path("cached_tokens").asInt()).isEqualTo(2);
        assertThat(line.path("filter").path(0).path("rule").asText()).isEqualTo("email");
        assertThat(out.toString(StandardCharsets.UTF_8)).doesNotContain("Ada", "Hello", "the-key");
    }

    @Test
    void fullAddsWhatWasSaidWithoutWhatNobodyMayRead() throws Exception {
        var line = audited(
                        (text, _) -> text.replace("Ada", "[name]"),
                        arrival(Audit.Full),
                        "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hi \"}}]}",
                        "data: {\"choices\":[{\"index\":1,\"delta\":{\"content\":\"Ho\"}}]}",
                        "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Ada\"}}]}",
                        "data: [DONE]")
                .getFirst();
        assertThat(line.path("prompt").toString())
                .isEqualTo(
                        "[{\"role\":\"system\",\"text\":\"Be kind.\"},{\"role\":\"user\",\"text\":\"My name is [name].\"}]");
        assertThat(line.path("answer").toString())
                .isEqualTo("[{\"role\":\"0\",\"text\":\"Hi [name]\"},{\"role\":\"1\",\"text\":\"Ho\"}]");
        assertThat(out.toString(StandardCharsets.UTF_8)).doesNotContain("the-key");
    }

    @Test
    void whatCannotBeRedactedIsNotWritten() throws Exception {
        Redactor broken = (_, _) -> {
            throw new IllegalStateException("no rules");
        };
        var line = audited(broken, arrival(Audit.Full)).getFirst();
        assertThat(line.has("prompt")).isFalse();
        assertThat(line.path("withheld").asText()).contains("redacted");
    }

    @Test
    void aLongTextIsCut() throws Exception {
        String long1 = "x".repeat(Transcript.LONGEST + 1);
        var arrival = Arrivals.of(OPEN, Audit.Full, "{\"prompt\": \"" + long1 + "\"}", Map.of());
        try (var log = AuditLog.to(out, Redactor.NONE)) {
            var passage = new AuditPolicy(log, Instant::now).admit(arrival);
            passage.answer(new WholeAnswer(
                    200,
                    "application/json",
                    ("{\"choices\":[{\"index\":0,\"message\":{\"content\":\"" + long1 + "\"}}]}")
                            .getBytes(StandardCharsets.UTF_8)));
            passage.end(DONE);
        }
        var line = JsonMapper.builder().build().readTree(out.toByteArray());
        for (String part : List.of("prompt", "answer")) {
            assertThat(line.path(part).path(0).path("text").asText()).hasSize(Transcript.LONGEST);
            assertThat(line.path(part).path(0).path("truncated").asBoolean()).isTrue();
        }
    }

    @Test
    void offWritesNothing() throws Exception {
        assertThat(audited(Redactor.NONE, arrival(Audit.Off), "data: {}")).isEmpty();
    }

    @Test
    @Timeout(60)
    void aDiskThatHangsHoldsNobodyAndWhatIsLeftOutIsCounted() throws Exception {
        var begun = new CountDownLatch(1);
        var hangs = new CountDownLatch(1);
        var slow = new OutputStream() {
            @Override
            public void write(int octet) throws IOException {
                begun.countDown();
                try {
                    hangs.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                out.write(octet);
            }
        };
        try (var log = AuditLog.to(slow, Redactor.NONE, 2)) {
            var policy = new AuditPolicy(log, Instant::now);
            policy.admit(arrival(Audit.Metadata)).end(DONE);
            begun.await();
            for (int i = 1; i < 100; i++) {
                policy.admit(arrival(Audit.Metadata)).end(DONE);
            }
            assertThat(log.dropped()).isEqualTo(97);
            hangs.countDown();
            await().atMost(Duration.ofSeconds(30)).until(() -> log.written() + log.dropped() == 100);
        }
    }

    @Test
    void aFileIsAddedTo(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("audit.log"), "before\n");
        try (var log = AuditLog.to(file, Redactor.NONE)) {
            new AuditPolicy(log, Instant::now).admit(arrival(Audit.Metadata)).end(DONE);
        }
        assertThat(Files.readAllLines(file)).hasSize(2).first().isEqualTo("before");
    }
}
