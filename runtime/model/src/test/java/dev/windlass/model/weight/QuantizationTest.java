package dev.windlass.model.weight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.windlass.model.weight.Weight.Role;
import dev.windlass.onnx.graph.ElementType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class QuantizationTest {
    @Test
    void choosesInt8ForUpToABillionParameters() {
        assertThat(Quantization.AUTO.resolve(1_000_000_000)).isEqualTo(Quantization.INT8);
        assertThat(Quantization.AUTO.resolve(1_000_000_001)).isEqualTo(Quantization.INT4);
    }

    @Test
    void keepsWhatWasAskedFor() {
        assertThat(Quantization.NONE.resolve(7_000_000_000L)).isEqualTo(Quantization.NONE);
    }

    @ParameterizedTest
    @EnumSource(names = {"HEAD", "EMBEDDING", "TIED_EMBEDDING"})
    void keepsEightBitsForTheVocabulary(Role role) {
        assertThat(Quantization.INT4.format(weight(role, 1024))).isEqualTo(new WeightFormat.Blocks(8, 128));
    }

    @Test
    void neverQuantisesPlainWeights() {
        assertThat(Quantization.INT4.format(weight(Role.PLAIN, 1024)))
                .isEqualTo(new WeightFormat.Dense(ElementType.FLOAT));
    }

    @ParameterizedTest
    @CsvSource({"4096,128", "128,128", "127,64", "96,64", "64,64", "17,16", "16,16", "3,16"})
    void takesTheLargestBlockThatFitsARow(long columns, int block) {
        assertThat(Quantization.INT4.format(weight(Role.LINEAR, columns))).isEqualTo(new WeightFormat.Blocks(4, block));
    }

    @Test
    void readsItsOwnSpelling() {
        assertThat(Quantization.parse("INT8")).isEqualTo(Quantization.INT8);
        assertThat(Quantization.parse("auto")).isEqualTo(Quantization.AUTO);
    }

    @Test
    void namesTheChoicesItHas() {
        assertThatThrownBy(() -> Quantization.parse("int3"))
                .hasMessage("quantization: expected one of auto, none, int8, int4, found \"int3\"");
    }

    private static Weight weight(Role role, long columns) {
        return new Weight("w", role, 1, columns, (first, count, target) -> {});
    }
}
