package dev.windlass.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.windlass.gateway.fake.Scripts;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProxyTest {
    private final TestGateway gateway = new TestGateway();

    @AfterEach
    void close() {
        gateway.close();
    }

    @Test
    void bringsARequestToItsModelAndTheAnswerBack() throws Exception {
        var runtime = gateway.runtime(Scripts.says("Hello"));
        gateway.routeTo(runtime);
        var answer = gateway.post("/v1/chat/completions?a=b%20c", TestGateway.chatBody(false), "x-request-id", "mine");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(Scripts.answer("Hello"));
        assertThat(answer.headers().firstValue("x-windlass-model-revision")).contains("m");
        assertThat(answer.headers().firstValue("x-request-id")).contains("mine");
        var received = runtime.received().remove();
        assertThat(received.target()).isEqualTo("/v1/chat/completions?a=b%20c");
        assertThat(received.body()).isEqualTo(TestGateway.chatBody(false));
        assertThat(received.headers())
                .containsEntry("x-request-id", "mine")
                .containsEntry("x-forwarded-for", "127.0.0.1")
                .containsEntry("host", runtime.address())
                .doesNotContainKeys("connection", "upgrade", "http2-settings");
    }

    @Test
    void bringsEventsOneByOneAndUnchanged() throws Exception {
        gateway.routeTo(gateway.runtime(Scripts.streams(Duration.ZERO, Duration.ofMillis(1), 5)));
        var answer = gateway.stream();
        assertThat(answer.headers().firstValue("content-type")).contains("text/event-stream; charset=utf-8");
        assertThat(answer.headers().firstValue("x-windlass-model-revision")).contains("m");
        assertThat(answer.body()).contains("\"role\":\"assistant\"", "t0", "t4", "\"finish_reason\":\"stop\"", "usage");
        assertThat(answer.body()).endsWith("data: [DONE]\n\n");
    }

    @Test
    void tellsAModelThatIsNotThere() throws Exception {
        gateway.route("deployments: []");
        var answer = gateway.chat();
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body()).contains("model_not_found", "`m`");
    }

    @Test
    void usesAConnectionAgain() throws Exception {
        var runtime = gateway.runtime(Scripts.says("Hello"));
        gateway.routeTo(runtime);
        for (int i = 0; i < 5; i++) {
            assertThat(gateway.chat().statusCode()).isEqualTo(200);
        }
        assertThat(runtime.connections()).isEqualTo(1);
    }

    @Test
    void goesElsewhereWhereNobodyListens() throws Exception {
        var gone = gateway.runtime(Scripts.says("gone"));
        gone.close();
        gateway.routeTo(gone, gateway.runtime(Scripts.says("here")));
        for (int i = 0; i < 4; i++) {
            assertThat(gateway.chat().body()).contains("here");
        }
    }
}
