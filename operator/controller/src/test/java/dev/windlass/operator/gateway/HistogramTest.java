package dev.windlass.operator.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HistogramTest {
    /** 10 up to 0.1 s, 20 up to 0.5 s, 60 up to 1 s, 10 beyond. */
    private static final Histogram HUNDRED = histogram(10, 20, 60, 10);

    private static Histogram histogram(long... counts) {
        return new Histogram(
                List.of(0.1, 0.5, 1.0), java.util.Arrays.stream(counts).boxed().toList());
    }

    /** By hand: the rank's place within its bucket, between the bucket's bounds. */
    @ParameterizedTest
    @CsvSource({"0.05, 0.05", "0.1, 0.1", "0.2, 0.3", "0.5, 0.6666667", "0.9, 1.0", "0.95, 1.0", "1, 1.0"})
    void aQuantileIsLinearWithinItsBucket(double fraction, double seconds) {
        assertThat(HUNDRED.quantile(fraction)).isCloseTo(seconds, org.assertj.core.data.Offset.offset(1e-6));
    }

    @Test
    void anEmptyBucketIsPassedOver() {
        assertThat(histogram(0, 0, 4, 0).quantile(0.5)).isEqualTo(0.75);
        assertThat(histogram(4, 0, 4, 0).quantile(0.5)).isEqualTo(0.1);
    }

    @Test
    void withoutSamplesThereIsNoQuantile() {
        assertThat(Histogram.NONE.quantile(0.95)).isNull();
        assertThat(histogram(0, 0, 0, 0).quantile(0.95)).isNull();
    }

    @Test
    void differencesAndSumsGoBucketByBucket() {
        assertThat(HUNDRED.since(histogram(1, 2, 3, 4))).isEqualTo(histogram(9, 18, 57, 6));
        assertThat(HUNDRED.and(histogram(1, 2, 3, 4))).isEqualTo(histogram(11, 22, 63, 14));
        assertThat(histogram(1, 0, 0, 0).since(histogram(2, 0, 0, 0))).isEqualTo(histogram(0, 0, 0, 0));
    }

    @Test
    void otherBoundsAreNotMixed() {
        var other = new Histogram(List.of(2.0), List.of(3L, 0L));

        assertThat(HUNDRED.since(other)).isEqualTo(HUNDRED);
        assertThat(HUNDRED.and(other)).isEqualTo(HUNDRED);
        assertThat(Histogram.NONE.and(other)).isEqualTo(other);
        assertThat(other.and(Histogram.NONE)).isEqualTo(other);
    }

    @Test
    void countsThatDoNotFitTheBoundsAreRefused() {
        assertThatThrownBy(() -> new Histogram(List.of(1.0), List.of(1L)))
                .hasMessageContaining("one count more than bounds, got 1 and 1");
    }
}
