package dev.windlass.model.weight;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import dev.windlass.model.InvalidModelException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Quantises rows, block by block, with a scale and a zero point each. Holds one row's scratch, so each thread has its
 * own. Loops are plain so that C2 vectorises them: a model has billions of values.
 */
public final class BlockQuantizer {
    /** Below this nothing but zero is worth storing, and its reciprocal would overflow. */
    private static final float NOTHING = 1e-30f;

    private final String name;
    private final WeightFormat.Blocks format;
    private final int columns;
    private final int blocks;
    private final float[] row;
    private final byte[] codes;
    private final byte[] packed;
    private final float[] scales;
    private final byte[] zeroPoints;
    private final ClippingSearch search;

    /** @param name the weight's, for messages */
    public BlockQuantizer(String name, WeightFormat.Blocks format, long columns) {
        this.name = name;
        this.format = format;
        this.columns = Math.toIntExact(columns);
        blocks = Math.toIntExact(format.blocks(columns));
        row = new float[Math.multiplyExact(blocks, format.block())];
        codes = new byte[row.length];
        packed = new byte[Math.toIntExact(format.valueBytes(columns))];
        scales = new float[blocks];
        zeroPoints = new byte[blocks];
        search = new ClippingSearch(format.block());
    }

    /**
     * Quantises {@code rows} rows of float32.
     *
     * @param values,scaleTarget,zeroPointTarget receive the rows in the layout of {@link StoredWeight.Quantized}
     * @throws InvalidModelException when a value is not finite
     */
    public void quantize(
            MemorySegment floats,
            int rows,
            MemorySegment values,
            MemorySegment scaleTarget,
            MemorySegment zeroPointTarget) {
        long zeroPointBytes = format.zeroPointBytes(columns);
        for (int r = 0; r < rows; r++) {
            MemorySegment.copy(floats, JAVA_FLOAT_UNALIGNED, 4L * r * columns, row, 0, columns);
            for (int block = 0; block < blocks; block++) {
                quantizeBlock(block);
            }
            MemorySegment.copy(packedValues(), 0, values, JAVA_BYTE, (long) r * packed.length, packed.length);
            MemorySegment.copy(scales, 0, scaleTarget, JAVA_FLOAT_UNALIGNED, 4L * r * blocks, blocks);
            MemorySegment.copy(
                    packedZeroPoints(), 0, zeroPointTarget, JAVA_BYTE, r * zeroPointBytes, (int) zeroPointBytes);
        }
    }

    private void quantizeBlock(int block) {
        int from = block * format.block();
        int to = from + format.block();
        float low = 0;
        float high = 0;
        int magnitude = 0;
        for (int i = from; i < to; i++) {
            float value = row[i];
            low = value < low ? value : low;
            high = value > high ? value : high;
            magnitude = Math.max(magnitude, Float.floatToRawIntBits(value) & 0x7fff_ffff);
        }
        if (magnitude >= 0x7f80_0000) {
            throw new InvalidModelException("weight " + name, "expected finite values, found NaN or infinity");
        }
        if (high - low < NOTHING) {
            scales[block] = 0;
            zeroPoints[block] = 0;
            Arrays.fill(codes, from, to, (byte) 0);
        } else if (format.bits() == 4) {
            search.run(row, from, low, high);
            store(block, search.scale(), search.zeroPoint(), 15);
        } else {
            // The spread of two finite values can exceed float's range.
            float scale = (float) (((double) high - low) / 255);
            store(block, scale, Math.clamp(Math.round(-low / scale), 0, 255), 255);
        }
    }

    private void store(int block, float scale, int zeroPoint, int most) {
        int from = block * format.block();
        int to = from + format.block();
        float inverse = 1 / scale;
        float shift = zeroPoint + 0.5f;
        for (int i = from; i < to; i++) {
            // Truncation rounds the positive sum to the nearest; what is below zero clamps to zero all the same.
            codes[i] = (byte) Math.min(most, Math.max(0, (int) (row[i] * inverse + shift)));
        }
        scales[block] = scale;
        zeroPoints[block] = (byte) zeroPoint;
    }

    private byte[] packedValues() {
        return format.bits() == 8 ? codes : pack(codes, codes.length, packed);
    }

    private byte[] packedZeroPoints() {
        if (format.bits() == 8) {
            return zeroPoints;
        }
        var nibbles = new byte[Math.ceilDiv(blocks, 2)];
        return pack(zeroPoints, blocks, nibbles);
    }

    private static byte[] pack(byte[] codes, int count, byte[] target) {
        for (int i = 0; i + 1 < count; i += 2) {
            target[i >> 1] = (byte) (codes[i] | codes[i + 1] << 4);
        }
        if ((count & 1) == 1) {
            target[count >> 1] = codes[count - 1];
        }
        return target;
    }
}
