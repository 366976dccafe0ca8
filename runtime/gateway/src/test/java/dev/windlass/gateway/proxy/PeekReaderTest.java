package dev.windlass.gateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.windlass.http.ApiException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PeekReaderTest {
    private final PeekReader reader = new PeekReader(1 << 20);

    @Test
    void findsTheModelWhereverItIs() {
        var peek = read(
                "{\"messages\": [{\"content\": [{\"model\": \"no\"}]}], \"x\": {\"model\": \"no\"}, \"model\": \"yes\"}");
        assertThat(peek.model()).isEqualTo("yes");
        assertThat(peek.streams()).isFalse();
        assertThat(peek.user()).isNull();
    }

    @Test
    void readsStreamAndUser() {
        var peek = read("{\"model\": \"m\", \"stream\": true, \"user\": \"ann\"}");
        assertThat(peek.streams()).isTrue();
        assertThat(peek.user()).isEqualTo("ann");
    }

    @Test
    void changesTheModelAndNothingElse() {
        String body = "{\"a\": \"é\", \"model\" : \"b/m\\u00e9\" , \"stream\":true}";
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        var peek = reader.read(bytes, null);
        assertThat(peek.model()).isEqualTo("b/mé");
        var changed = peek.withModel(bytes, "other", "\"other\"".getBytes(StandardCharsets.UTF_8));
        assertThat(new String(changed, StandardCharsets.UTF_8))
                .isEqualTo("{\"a\": \"é\", \"model\" : \"other\" , \"stream\":true}");
        assertThat(peek.withModel(bytes, "b/mé", new byte[0])).isSameAs(bytes);
    }

    @Test
    void theTurnsOfAConversationHaveOnePrefix() {
        String begin = "{\"model\":\"m\",\"messages\":[{\"role\":\"system\",\"content\":\"Be kind.\"},"
                + "{\"role\":\"user\",\"content\":\"Hi\"}";
        long first = read(begin + "]}").prefix();
        long second = read(begin
                        + ",{\"role\":\"assistant\",\"content\":\"Hello\"},{\"role\":\"user\",\"content\":\"Bye\"}]}")
                .prefix();
        long other = read(begin.replace("Hi", "Ho") + "]}").prefix();
        assertThat(second).isEqualTo(first).isNotEqualTo(other);
    }

    @Test
    void prefixesCountTheBeginningOnly() {
        String begin = "x".repeat(3_000);
        assertThat(read("{\"model\":\"m\",\"prompt\":\"" + begin + "a\"}").prefix())
                .isEqualTo(read("{\"model\":\"m\",\"prompt\":[\"" + begin + "b\"]}")
                        .prefix());
        assertThat(read("{\"model\":\"m\"}").prefix()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{",
                "{\"model\": 1}",
                "{\"model\": \"a\", \"model\": \"b\"}",
                "{\"model\": \"a\"} {}",
                "{\"messages\": []}",
                "{\"model\": \"a\", \"messages\": [{\"role\": \"user\"",
                "{\"model\": \"a\", \"messages\": [["
            })
    void refusesWhatIsNoRequest(String body) {
        assertThatThrownBy(() -> read(body))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.status()).isEqualTo(400));
    }

    @Test
    void refusesOtherEncodings() {
        assertThatThrownBy(() -> reader.read("{\"model\": \"m\"}".getBytes(StandardCharsets.UTF_16LE), null))
                .isInstanceOf(ApiException.class);
        assertThatThrownBy(() -> reader.read("{\"model\": \"\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1), null))
                .isInstanceOf(ApiException.class);
    }

    @Test
    void refusesNestingThatIsTooDeep() {
        assertThatThrownBy(() -> read("{\"model\":\"m\",\"prompt\":" + "[".repeat(5_000) + "]".repeat(5_000) + "}"))
                .isInstanceOf(ApiException.class);
    }

    private Peek read(String body) {
        return reader.read(body.getBytes(StandardCharsets.UTF_8), null);
    }
}
