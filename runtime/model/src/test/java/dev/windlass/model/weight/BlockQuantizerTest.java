package dev.windlass.model.weight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.windlass.model.InvalidModelException;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BlockQuantizerTest {
    /** What a row of a quantised weight is in memory. */
    private record Stored(WeightFormat.Blocks format, int columns, byte[] values, float[] scales, byte[] zeroPoints) {
        static Stored of(int bits, int block, int columns, float... floats) {
            var format = new WeightFormat.Blocks(bits, block);
            int rows = floats.length / columns;
            var stored = new Stored(
                    format,
                    columns,
                    new byte[rows * (int) format.valueBytes(columns)],
                    new float[rows * (int) format.blocks(columns)],
                    new byte[rows * (int) format.zeroPointBytes(columns)]);
            new BlockQuantizer("w", format, columns)
                    .quantize(
                            MemorySegment.ofArray(floats),
                            rows,
                            MemorySegment.ofArray(stored.values),
                            MemorySegment.ofArray(stored.scales),
                            MemorySegment.ofArray(stored.zeroPoints));
            return stored;
        }

        /** Reads as MatMulNBits does: B is (N, blocks, block * bits / 8), low nibble first. */
        float at(int row, int column) {
            int block = column / format.block();
            int blocks = (int) format.blocks(columns);
            int code = code(values, row * (int) format.valueBytes(columns), column);
            int zeroPoint = code(zeroPoints, row * (int) format.zeroPointBytes(columns), block);
            return (code - zeroPoint) * scales[row * blocks + block];
        }

        private int code(byte[] bytes, int from, int index) {
            if (format.bits() == 8) {
                return bytes[from + index] & 0xff;
            }
            return bytes[from + index / 2] >> (index % 2 * 4) & 0xf;
        }
    }

    /** An example made by hand: scale 1, so that every code is the value plus the zero point. */
    @Test
    void storesFourBitsLowNibbleFirst() {
        var row = new float[] {-5, 10, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, -4, -3, -2, -1};
        var stored = Stored.of(4, 16, 16, row);
        assertThat(stored.scales).containsExactly(new float[] {1}, within(1e-3f));
        assertThat(stored.zeroPoints).containsExactly(5);
        assertThat(stored.values).containsExactly(0xf0, 0x65, 0x87, 0xa9, 0xcb, 0xed, 0x21, 0x43);
    }

    @Test
    void storesEightBitsAsTheyAre() {
        var row = new float[16];
        row[0] = -100;
        row[1] = 155;
        row[2] = 7;
        var stored = Stored.of(8, 16, 16, row);
        assertThat(stored.scales).containsExactly(1);
        assertThat(stored.zeroPoints).containsExactly(100);
        assertThat(stored.values).startsWith(0, 255, 107, 100);
    }

    @Test
    void packsTheZeroPointsOfARowTogether() {
        var row = new float[48];
        for (int i = 0; i < row.length; i++) {
            row[i] = (i % 16) - new int[] {1, 2, 3}[i / 16];
        }
        var stored = Stored.of(4, 16, 48, row);
        assertThat(stored.zeroPoints).containsExactly(0x21, 0x03);
    }

    @Test
    void padsTheLastBlockWithZeros() {
        var stored = Stored.of(8, 16, 3, -1, 0, 1);
        assertThat(stored.values).hasSize(16);
        assertThat(stored.at(0, 15)).isZero();
    }

    @ParameterizedTest
    @CsvSource({"8,128,384,0.006", "8,16,40,0.005", "4,128,384,0.099", "4,32,96,0.08", "4,16,40,0.07"})
    void keepsGaussianRowsWithinAnError(int bits, int block, int columns, double bound) {
        var random = new SplittableRandom(1);
        var floats = new float[64 * columns];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) (random.nextGaussian() * 0.02 + 0.001);
        }
        assertThat(relativeError(Stored.of(bits, block, columns, floats), floats))
                .isLessThan(bound);
    }

    @Test
    void keepsExtremeMagnitudes() {
        for (float magnitude : new float[] {Float.MAX_VALUE, 1e30f, 1e-20f}) {
            var row = new float[16];
            row[0] = magnitude;
            row[1] = -magnitude;
            assertThat(Stored.of(8, 16, 16, row).at(0, 0) / magnitude).isBetween(0.98f, 1.02f);
            assertThat(Stored.of(4, 16, 16, row).at(0, 0) / magnitude).isBetween(0.85f, 1.15f);
        }
    }

    @Test
    void keepsZeroAtZero() {
        var row = new float[16];
        assertThat(Stored.of(4, 16, 16, row).at(0, 3)).isZero();
        row[0] = 5;
        assertThat(Stored.of(4, 16, 16, row).at(0, 3)).isZero();
    }

    @Test
    void refusesWhatIsNotFinite() {
        for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
            var row = new float[16];
            row[5] = value;
            assertThatThrownBy(() -> Stored.of(4, 16, 16, row))
                    .isInstanceOf(InvalidModelException.class)
                    .hasMessage("weight w: expected finite values, found NaN or infinity");
        }
    }

    private static double relativeError(Stored stored, float[] floats) {
        double error = 0;
        double total = 0;
        for (int i = 0; i < floats.length; i++) {
            double difference = stored.at(i / stored.columns, i % stored.columns) - floats[i];
            error += difference * difference;
            total += floats[i] * floats[i];
        }
        return Math.sqrt(error / total);
    }
}
