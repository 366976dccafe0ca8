package dev.windlass.policy.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LimitHeadersTest {
    @ParameterizedTest
    @CsvSource({
        "PT0S, 0s",
        "PT0.0000001S, 1ms",
        "PT0.017S, 17ms",
        "PT1S, 1s",
        "PT8.64S, 8.64s",
        "PT59.9999S, 1m0s",
        "PT1M30.5S, 1m30.5s",
        "PT6M, 6m0s",
        "PT23H59M59S, 23h59m59s",
        "P1D, 24h0m0s"
    })
    void writesDurationsAsOpenAiDoes(Duration duration, String text) {
        assertThat(LimitHeaders.format(duration)).isEqualTo(text);
    }
}
