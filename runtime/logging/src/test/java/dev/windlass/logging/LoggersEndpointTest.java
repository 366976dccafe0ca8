package dev.windlass.logging;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.windlass.logging.LoggersEndpoint.Answer;
import dev.windlass.logging.LoggersEndpoint.Call;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LoggersEndpointTest {
    private static final Map<String, String> LOCAL = Map.of("host", "localhost:9000");

    private static Answer ask(String method, String name, String body) {
        return ask(method, name, body, "127.0.0.1", LOCAL);
    }

    private static Answer ask(String method, String name, String body, String peer, Map<String, String> headers) {
        return LoggersEndpoint.answer(new Call(
                method, name, InetAddress.ofLiteral(peer), headers::get, body.getBytes(StandardCharsets.UTF_8)));
    }

    private static JsonNode json(Answer answer) throws IOException {
        return new ObjectMapper().readTree(answer.body());
    }

    @Test
    void setsALevelAndTakesItAwayAgain() throws IOException {
        var set = ask("PUT", "dev.windlass.asked", "{\"level\": \"debug\"}");
        assertThat(set.status()).isEqualTo(200);
        assertThat(json(set))
                .isEqualTo(new ObjectMapper()
                        .readTree(
                                "{\"name\":\"dev.windlass.asked\",\"level\":\"DEBUG\",\"effective_level\":\"DEBUG\"}"));
        assertThat(json(ask("GET", "dev.windlass.asked.Below", ""))
                        .at("/effective_level")
                        .asText())
                .isEqualTo("DEBUG");
        assertThat(json(ask("GET", "", "")).at("/loggers").findValuesAsText("name"))
                .contains("ROOT", "dev.windlass.asked");

        assertThat(json(ask("PUT", "dev.windlass.asked", "{\"level\": null}"))
                        .at("/level")
                        .isNull())
                .isTrue();
    }

    @Test
    void saysWhatIsWrong() throws IOException {
        for (String body : new String[] {"", "{}", "[]", "DEBUG", "{\"level\": 3}", "{\"level\": \"loud\"}"}) {
            var refused = ask("PUT", "dev.windlass.wrong", body);
            assertThat(refused.status()).as(body).isEqualTo(400);
            assertThat(json(refused).at("/error/message").asText()).contains("expected");
        }
        assertThat(ask("PUT", "", "{\"level\": \"INFO\"}").status()).isEqualTo(405);
        assertThat(ask("POST", "dev.windlass.wrong", "").status()).isEqualTo(405);
        assertThat(ask("GET", "no name", "").status()).isEqualTo(400);
    }

    @Test
    void answersOnlyCallersOnThisMachine() {
        var body = "{\"level\": \"DEBUG\"}";
        assertThat(ask("PUT", "dev.windlass.far", body, "10.0.0.7", LOCAL).status())
                .isEqualTo(403);
        assertThat(ask("GET", "", "", "10.0.0.7", LOCAL).status()).isEqualTo(403);
        assertThat(ask("PUT", "dev.windlass.far", body, "127.0.0.1", Map.of()).status())
                .isEqualTo(403);
        assertThat(ask("PUT", "dev.windlass.far", body, "127.0.0.1", Map.of("host", "rebound.example"))
                        .status())
                .isEqualTo(403);
        assertThat(ask(
                                "PUT",
                                "dev.windlass.far",
                                body,
                                "127.0.0.1",
                                Map.of("host", "localhost", "x-forwarded-for", "10.0.0.7"))
                        .status())
                .isEqualTo(403);
        assertThat(LogLevels.read("dev.windlass.far").level()).isNull();
        assertThat(ask("GET", "", "", "::1", Map.of("host", "[::1]:9000")).status())
                .isEqualTo(200);
    }
}
