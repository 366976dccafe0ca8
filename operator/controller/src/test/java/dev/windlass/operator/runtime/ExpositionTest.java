package dev.windlass.operator.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.windlass.operator.observe.Loading;
import dev.windlass.operator.scaling.ScalingMetric;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What runtimes say, read. */
class ExpositionTest {
    @Test
    void whatScalingNeedsIsFoundAmongTheRest() {
        assertThat(Exposition.read("""
                # HELP vllm:num_requests_waiting Requests that wait for a slot.
                # TYPE vllm:num_requests_waiting gauge
                vllm:num_requests_waiting{engine="0",model_name="a b"} 3.0
                vllm:num_requests_waiting{engine="0",model_name="other"} 2
                vllm:num_requests_waiting_by_reason{reason="capacity"} 99
                vllm:num_requests_running{engine="0"} 4.0 1764000000000
                vllm:kv_cache_usage_perc 2.5e-1
                """))
                .isEqualTo(Map.of(
                        ScalingMetric.QueueDepth, 5.0,
                        ScalingMetric.Concurrency, 9.0,
                        ScalingMetric.KvCacheUtilization, 0.25));
    }

    @Test
    void whatIsNotThereIsAbsent() {
        assertThat(Exposition.read("")).isEmpty();
        assertThat(Exposition.read("vllm:num_requests_running 4")).isEmpty();
        assertThat(Exposition.read("vllm:num_requests_waiting 4")).containsOnlyKeys(ScalingMetric.QueueDepth);
    }

    @ParameterizedTest
    @ValueSource(strings = {"NaN", "+Inf", "", "four"})
    void whatIsNoNumberIsAbsent(String value) {
        assertThat(Exposition.read("vllm:num_requests_waiting{a=\"b\"} " + value))
                .isEmpty();
    }

    @Test
    void aBraceOrABlankInALabelIsNoEnd() {
        assertThat(Exposition.read("vllm:num_requests_waiting{model_name=\"a} 7\"} 3"))
                .containsEntry(ScalingMetric.QueueDepth, 3.0);
    }

    @Test
    void howFarLoadingIsIsRead() throws IOException {
        assertThat(loading("""
                {"phase": "Converting", "model": "m", "done_bytes": 1, "total_bytes": 2, "bytes_per_second": 3,
                 "remaining_seconds": 4, "revision": "sha256:12", "sha256": "0a", "later": true}""")).isEqualTo(new Loading(Loading.Phase.Converting, "m", 1, 2, 3, 4L, "sha256:12", "0a"));
        assertThat(loading("{\"phase\": \"Loading\"}"))
                .isEqualTo(new Loading(Loading.Phase.Loading, "", 0, 0, 0, null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "{}", "[]", "{\"phase\": \"Dreaming\"}", "{\"phase\": \"Loading\", \"done_bytes\": \"x\"}"})
    void whatNoRuntimeSaysIsRefused(String body) {
        assertThatThrownBy(() -> loading(body)).isInstanceOfAny(IOException.class, IllegalArgumentException.class);
    }

    private static Loading loading(String body) throws IOException {
        return Loadings.loading(body.getBytes(StandardCharsets.UTF_8));
    }
}
