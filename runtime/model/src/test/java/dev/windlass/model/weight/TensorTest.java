package dev.windlass.model.weight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.windlass.model.InvalidModelException;
import dev.windlass.onnx.graph.ElementType;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;

class TensorTest {
    @Test
    void widensEveryFloat16Exactly() {
        var halves = new short[1 << 16];
        for (int i = 0; i < halves.length; i++) {
            halves[i] = (short) i;
        }
        var floats =
                read(new Tensor("t", ElementType.FLOAT16, List.of(65536L), MemorySegment.ofArray(halves)), 0, 65536);
        for (int i = 0; i < halves.length; i++) {
            assertThat(Float.floatToRawIntBits(floats[i]))
                    .isEqualTo(Float.floatToRawIntBits(Float.float16ToFloat((short) i)));
        }
    }

    @Test
    void widensBfloat16BothSigns() {
        var halves = new short[] {(short) 0x3f80, (short) 0xbf80, (short) 0x4049, (short) 0xc049};
        assertThat(read(new Tensor("t", ElementType.BFLOAT16, List.of(4L), MemorySegment.ofArray(halves)), 0, 4))
                .containsExactly(1f, -1f, 3.140625f, -3.140625f);
    }

    @Test
    void readsFromTheMiddle() {
        assertThat(read(matrix(), 2, 3)).containsExactly(3, 4, 5);
    }

    @Test
    void readsColumnsAsRows() {
        var target = new float[4];
        matrix().readColumns(1, 2, MemorySegment.ofArray(target));
        assertThat(target).containsExactly(2, 5, 3, 6);
    }

    @Test
    void refusesToReadIntegersAsFloats() {
        var tensor = new Tensor("mask", ElementType.BOOL, List.of(1L), MemorySegment.ofArray(new byte[1]));
        assertThatThrownBy(() -> read(tensor, 0, 1))
                .isInstanceOf(InvalidModelException.class)
                .hasMessage("mask: expected F32, F16 or BF16 values, found BOOL");
    }

    @Test
    void refusesToReadBeyondTheEnd() {
        assertThatThrownBy(() -> read(matrix(), 4, 3)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    private static Tensor matrix() {
        var values = MemorySegment.ofArray(new float[] {1, 2, 3, 4, 5, 6});
        return new Tensor("t", ElementType.FLOAT, List.of(2L, 3L), values);
    }

    private static float[] read(Tensor tensor, long first, int count) {
        var target = new float[count];
        tensor.readFloats(first, count, MemorySegment.ofArray(target));
        return target;
    }
}
