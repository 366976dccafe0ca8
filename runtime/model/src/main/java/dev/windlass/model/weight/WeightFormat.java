package dev.windlass.model.weight;

import dev.windlass.onnx.graph.ElementType;
import java.util.Objects;

/** How the values of one weight are stored. */
public sealed interface WeightFormat {
    /** As they are. */
    record Dense(ElementType type) implements WeightFormat {
        public Dense {
            Objects.requireNonNull(type, "type");
        }
    }

    /**
     * Quantised in blocks along a row, in the layout of {@link StoredWeight.Quantized}.
     *
     * @param bits 4 or 8
     * @param block a power of two
     */
    record Blocks(int bits, int block) implements WeightFormat {
        /** ONNX Runtime's fastest; blocks of 32 take half as long again (measured on AVX512 at 2048 x 8192). */
        private static final int PREFERRED = 128;

        /** The smallest that ONNX Runtime takes. */
        private static final int SMALLEST = 16;

        public Blocks {
            check(bits, block);
        }

        /** @throws IllegalArgumentException when there are no such blocks */
        public static void check(int bits, int block) {
            if (bits != 4 && bits != 8) {
                throw new IllegalArgumentException("expected 4 or 8 bits, found " + bits);
            }
            if (Integer.bitCount(block) != 1 || block < SMALLEST || block > 256) {
                throw new IllegalArgumentException("expected a block of 16, 32, 64, 128 or 256, found " + block);
            }
        }

        /** The preferred block, or for shorter rows the largest that fits. */
        static Blocks of(int bits, long columns) {
            long fitting = Long.highestOneBit(Math.max(columns, SMALLEST));
            return new Blocks(bits, (int) Math.min(PREFERRED, fitting));
        }

        /** The number of blocks in a row; the last may be padded. */
        public long blocks(long columns) {
            return Math.ceilDiv(columns, block);
        }

        /** The bytes of a row's values. */
        public long valueBytes(long columns) {
            return blocks(columns) * block * bits / 8;
        }

        /** The bytes of a row's zero points. */
        public long zeroPointBytes(long columns) {
            return Math.ceilDiv(blocks(columns) * bits, 8);
        }
    }
}
