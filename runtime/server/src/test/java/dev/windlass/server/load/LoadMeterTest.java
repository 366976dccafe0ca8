package dev.windlass.server.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.windlass.model.artifact.Progress;
import dev.windlass.server.registry.LoadState;
import dev.windlass.server.registry.LoadState.Phase;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LoadMeterTest {
    private long now = 42;
    private final LoadMeter meter = new LoadMeter("qwen", () -> now);

    private void pass(Duration time) {
        now += time.toNanos();
    }

    @Test
    void loadsUntilItHearsMore() {
        assertThat(meter.state()).isEqualTo(LoadState.of(Phase.Loading, "qwen"));
    }

    @Test
    void knowsTheRateAndWhatRemains() {
        meter.downloading(100, 1000);
        pass(Duration.ofSeconds(2));
        meter.downloading(300, 1000);

        assertThat(meter.state()).isEqualTo(new LoadState(Phase.Downloading, "qwen", 300, 1000, 100, 7L));
    }

    @Test
    void whatAnEarlierRunDownloadedIsNoSpeed() {
        meter.downloading(900, 1000);
        pass(Duration.ofSeconds(1));

        assertThat(meter.state()).isEqualTo(new LoadState(Phase.Downloading, "qwen", 900, 1000, 0, null));
    }

    @Test
    void aRateIsThatOfTheLastTenSeconds() {
        for (int second = 0; second <= 100; second++) {
            meter.downloading(second < 50 ? second * 1000L : 50_000 + (second - 50) * 10L, 1_000_000);
            pass(Duration.ofSeconds(1));
        }

        assertThat(meter.state().bytesPerSecond()).isBetween(8L, 10L);
    }

    @Test
    void whatStallsSinksWithoutAWord() {
        meter.downloading(0, 1000);
        pass(Duration.ofSeconds(1));
        meter.downloading(100, 1000);
        assertThat(meter.state().bytesPerSecond()).isEqualTo(100);
        pass(Duration.ofSeconds(9));
        assertThat(meter.state().bytesPerSecond()).isEqualTo(10);
        pass(Duration.ofSeconds(10));
        assertThat(meter.state().bytesPerSecond()).isZero();
        assertThat(meter.state().remainingSeconds()).isNull();
    }

    @Test
    void eachPhaseIsMeasuredAnew() {
        meter.downloading(0, 1000);
        pass(Duration.ofSeconds(1));
        meter.downloading(1000, 1000);
        meter.converting(Progress.Phase.DIGESTING, 0, 2000);
        pass(Duration.ofSeconds(1));
        meter.converting(Progress.Phase.DIGESTING, 2000, 2000);
        meter.converting(Progress.Phase.CONVERTING, 0, 2000);
        pass(Duration.ofSeconds(2));
        meter.converting(Progress.Phase.CONVERTING, 20, 2000);

        assertThat(meter.state()).isEqualTo(new LoadState(Phase.Converting, "qwen", 20, 2000, 10, 198L));
        meter.opening();
        assertThat(meter.state()).isEqualTo(LoadState.of(Phase.Loading, "qwen"));
    }
}
