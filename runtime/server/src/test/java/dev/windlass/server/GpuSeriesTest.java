package dev.windlass.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.windlass.nvml.GpuReading;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class GpuSeriesTest {
    /** One that tells all, and one that tells its memory alone. */
    static List<GpuReading> twoDevices() {
        var none = OptionalDouble.empty();
        return List.of(
                new GpuReading(
                        0,
                        "GPU-a",
                        OptionalDouble.of(.5),
                        OptionalDouble.of(1024),
                        OptionalDouble.of(4096),
                        OptionalDouble.of(300.5),
                        OptionalDouble.of(61)),
                new GpuReading(1, "GPU-b", none, OptionalDouble.of(0), OptionalDouble.of(4096), none, none));
    }

    @Test
    void showsOfEachDeviceWhatItTells() {
        try (var server = TestServer.start()) {
            assertThat(server.get("/metrics").body()).doesNotContain("windlass_gpu");

            server.metrics.observeGpus(GpuSeriesTest::twoDevices);

            assertThat(server.get("/metrics").body().lines().filter(line -> line.startsWith("windlass_gpu")))
                    .containsExactlyInAnyOrder(
                            "windlass_gpu_utilization_ratio{gpu=\"0\",uuid=\"GPU-a\"} 0.5",
                            "windlass_gpu_memory_used_bytes{gpu=\"0\",uuid=\"GPU-a\"} 1024.0",
                            "windlass_gpu_memory_used_bytes{gpu=\"1\",uuid=\"GPU-b\"} 0.0",
                            "windlass_gpu_memory_total_bytes{gpu=\"0\",uuid=\"GPU-a\"} 4096.0",
                            "windlass_gpu_memory_total_bytes{gpu=\"1\",uuid=\"GPU-b\"} 4096.0",
                            "windlass_gpu_power_watts{gpu=\"0\",uuid=\"GPU-a\"} 300.5",
                            "windlass_gpu_temperature_celsius{gpu=\"0\",uuid=\"GPU-a\"} 61.0");
        }
    }

    @Test
    void isEmptyWhereNothingAnswers() {
        try (var server = TestServer.start()) {
            server.metrics.observeGpus(List::of);

            assertThat(server.get("/metrics").body())
                    .doesNotContain("windlass_gpu")
                    .contains("vllm:");
        }
    }
}
