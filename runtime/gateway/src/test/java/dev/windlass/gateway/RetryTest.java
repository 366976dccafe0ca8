package dev.windlass.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.windlass.gateway.fake.FakeRuntime;
import dev.windlass.gateway.fake.Scripts;
import dev.windlass.gateway.upstream.UpstreamTimeouts;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RetryTest {
    private TestGateway gateway = new TestGateway();

    @AfterEach
    void close() {
        gateway.close();
    }

    @Test
    void aConnectionResetBeforeTheAnswerGoesElsewhere() throws Exception {
        routeTo((_, wire) -> wire.reset());
        for (int i = 0; i < 4; i++) {
            assertThat(gateway.chat().body()).contains("good");
        }
    }

    @Test
    void aStreamThatBreaksBeforeItsFirstTokenBeginsAgainUnseen() throws Exception {
        var good = gateway.runtime(Scripts.streams(Duration.ZERO, Duration.ZERO, 3));
        var bad = gateway.runtime((_, wire) -> {
            wire.events();
            wire.chunk(": waiting\n\n");
            wire.role();
            wire.reset();
        });
        gateway.routeTo(good, bad);
        for (int i = 0; i < 4; i++) {
            var body = gateway.stream().body();
            assertThat(body.split("\"role\":\"assistant\"", -1)).hasSize(2);
            assertThat(body).contains("t0", "t2").endsWith("data: [DONE]\n\n").doesNotContain("error");
        }
        assertThat(bad.received()).isNotEmpty();
    }

    @Test
    void aStreamThatBreaksAfterATokenEndsWithAnError() throws Exception {
        routeBadOnly((_, wire) -> {
            wire.events();
            wire.role();
            wire.token("Hello");
            wire.chunk("data: {\"choices\":[{\"del");
            wire.reset();
        });
        var body = gateway.stream().body();
        assertThat(body).contains("Hello").doesNotContain("{\"del\n").contains("model_lost");
        assertThat(body).endsWith("data: [DONE]\n\n");
    }

    @Test
    void aWholeAnswerThatBreaksHalfWayBeginsAgain() throws Exception {
        routeTo((_, wire) -> {
            wire.raw("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{\"half\":");
            wire.reset();
        });
        for (int i = 0; i < 4; i++) {
            assertThat(gateway.chat().body()).contains("good").doesNotContain("half");
        }
    }

    @Test
    void aRuntimeThatIsNotReadyIsNotTheOnlyOne() throws Exception {
        routeTo((_, wire) -> wire.json(503, "{\"error\":{\"message\":\"loading\"}}", "retry-after: 7"));
        for (int i = 0; i < 4; i++) {
            assertThat(gateway.chat().body()).contains("good");
        }
    }

    @Test
    void theOnlyRuntimesAnswerIsPassedOn() throws Exception {
        routeBadOnly((_, wire) -> wire.json(503, "{\"error\":{\"message\":\"loading\"}}", "retry-after: 7"));
        var answer = gateway.chat();
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("loading");
        assertThat(answer.headers().firstValue("retry-after")).contains("7");
    }

    @Test
    void errorsOfTheRequestAreNotTriedElsewhere() throws Exception {
        for (int status : new int[] {400, 422, 429, 500}) {
            var bad = gateway.runtime((_, wire) -> wire.json(status, "{\"error\":{\"message\":\"no\"}}"));
            var other = gateway.runtime((_, wire) -> wire.json(status, "{\"error\":{\"message\":\"no\"}}"));
            gateway.routeTo(bad, other);
            assertThat(gateway.chat().statusCode()).isEqualTo(status);
            assertThat(bad.received().size() + other.received().size()).isEqualTo(1);
        }
    }

    @Test
    void atMostThreeAreTried() throws Exception {
        var runtimes = new FakeRuntime[5];
        for (int i = 0; i < runtimes.length; i++) {
            runtimes[i] = gateway.runtime((_, wire) -> wire.reset());
        }
        gateway.routeTo(runtimes);
        var answer = gateway.chat();
        assertThat(answer.statusCode()).isEqualTo(502);
        int tried = 0;
        for (var runtime : runtimes) {
            tried += runtime.received().size();
        }
        assertThat(tried).isEqualTo(3);
    }

    @Test
    void nobodyThereIsSaidAsNotNow() throws Exception {
        var gone = gateway.runtime(Scripts.says("gone"));
        gone.close();
        gateway.routeTo(gone);
        var answer = gateway.chat();
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("retry-after")).isPresent();
    }

    @Test
    void aConnectionThatDiedWhileItIdledIsNoFailure() throws Exception {
        var first = FakeRuntime.start(Scripts.says("first"));
        gateway.routeTo(first);
        assertThat(gateway.chat().body()).contains("first");
        int port = first.port();
        first.close();
        try (var second = FakeRuntime.start(port, Scripts.says("second"))) {
            assertThat(gateway.chat().body()).contains("second");
            assertThat(second.received()).hasSize(1);
        }
    }

    @Test
    void silenceHasAnEndAndIsNotRepeated() throws Exception {
        impatient(Duration.ofMillis(300), Duration.ofSeconds(10));
        var silent = gateway.runtime(Scripts.staysSilent());
        var other = gateway.runtime(Scripts.staysSilent());
        gateway.routeTo(silent, other);
        var answer = gateway.chat();
        assertThat(answer.statusCode()).isEqualTo(504);
        assertThat(answer.body()).contains("model_timeout");
        assertThat(silent.received().size() + other.received().size()).isEqualTo(1);
    }

    @Test
    void aPauseWithinAStreamHasAnEnd() throws Exception {
        impatient(Duration.ofSeconds(10), Duration.ofMillis(300));
        routeBadOnly((_, wire) -> {
            wire.events();
            wire.token("Hello");
            Thread.sleep(Duration.ofSeconds(30));
        });
        assertThat(gateway.stream().body()).contains("Hello", "model_timeout").endsWith("data: [DONE]\n\n");
    }

    private void impatient(Duration firstByte, Duration idle) {
        gateway.close();
        gateway = new TestGateway(
                TestGateway.OPTIONS.withUpstream(new UpstreamTimeouts(Duration.ofSeconds(1), firstByte, idle)));
    }

    private void routeTo(FakeRuntime.Script bad) {
        gateway.routeTo(gateway.runtime(bad), gateway.runtime(Scripts.says("good")));
    }

    private void routeBadOnly(FakeRuntime.Script bad) {
        gateway.routeTo(gateway.runtime(bad));
    }
}
