package dev.windlass.policy.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.windlass.api.LimitsSpec.Quota;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeySecretTest {
    private static final String DIGEST = KeyDigest.of("secret").hex();

    private static KeySecret read(Map<String, String> fields) {
        return KeySecret.of("team", "alice", Map.of(), fields);
    }

    @Test
    void oneKeyIsCalledAsItsSecretIs() {
        var key = read(Map.of("sha256", DIGEST + "\n")).keys().getFirst();
        assertThat(key.id()).isEqualTo("alice");
        assertThat(key.models()).isEmpty();
        assertThat(key.quota()).isNull();
        assertThat(key.isExpired(Instant.MAX)).isFalse();
    }

    @Test
    void severalHaveTheirNamesInFront() {
        var keys = read(Map.of(
                        "first.sha256", DIGEST,
                        "second.sha256", KeyDigest.of("other").hex(),
                        "second.models", "a, b",
                        "second.expires", "2027-01-31T00:00:00Z",
                        "second.requestsPerMinute", "5",
                        "second.tokensPerDay", "1000000000000"))
                .keys();
        assertThat(keys).extracting(StoredKey::id).containsExactly("alice/first", "alice/second");
        var second = keys.getLast();
        assertThat(second.models()).isEqualTo(Set.of("a", "b"));
        assertThat(second.quota()).isEqualTo(new Quota(5, 0L, 1_000_000_000_000L, 0));
        assertThat(second.isExpired(Instant.parse("2027-01-30T23:59:59Z"))).isFalse();
        assertThat(second.isExpired(Instant.parse("2027-01-31T00:00:00Z"))).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "expire, 2027-01-31T00:00:00Z, expire:",
        "expires, tomorrow, expires:",
        "models, ' , ', models:",
        "requestsPerMinute, -1, requestsPerMinute:",
        "concurrent, 3000000000, concurrent:",
        "tokensPerDay, many, tokensPerDay:"
    })
    void whatMakesNoSenseMakesNoKey(String field, String value, String problem) {
        assertThatThrownBy(() -> read(Map.of("sha256", DIGEST, field, value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("team/alice")
                .hasMessageContaining(problem);
    }

    @Test
    void aKeyInPlaceOfItsDigestIsNotRepeatedToAnybody() {
        assertThatThrownBy(() -> read(Map.of("sha256", "wl-mySecretKey")))
                .hasMessageContaining("64 hexadecimal digits")
                .hasMessageNotContaining("mySecretKey");
        assertThatThrownBy(() -> read(Map.of("sha256", "mySecretKey".repeat(6).substring(0, 64))))
                .hasMessageNotContaining("mySecretKey");
    }

    @Test
    void aSecretWithoutAKeyIsNone() {
        assertThatThrownBy(() -> read(Map.of())).hasMessageContaining("sha256");
        assertThatThrownBy(() -> read(Map.of("models", "a"))).hasMessageContaining("sha256");
    }
}
