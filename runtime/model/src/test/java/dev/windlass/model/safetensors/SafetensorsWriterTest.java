package dev.windlass.model.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.windlass.model.safetensors.SafetensorsWriter.Declaration;
import dev.windlass.onnx.graph.ElementType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsWriterTest {
    private static final List<Declaration> DECLARATIONS = List.of(
            new Declaration("odd", ElementType.UINT8, List.of(5L)),
            new Declaration("none", ElementType.FLOAT, List.of(0L, 3L)),
            new Declaration("last", ElementType.FLOAT, List.of(2L, 2L)));

    @TempDir
    private Path directory;

    @Test
    void writesWhatTheReaderReads() throws IOException {
        var file = directory.resolve("w.safetensors");
        try (var writer = SafetensorsWriter.create(file, DECLARATIONS, Map.of("k", "v"))) {
            writer.write("last", 8, floats(3, 4));
            writer.write("odd", 0, MemorySegment.ofArray(new byte[] {1, 2, 3, 4, 5}));
            writer.write("last", 0, floats(1, 2));
            writer.force();
            assertThat(Files.size(file)).isEqualTo(writer.bytes());
        }
        try (var arena = Arena.ofConfined()) {
            var mapped = SafetensorsFile.map(file, arena);
            var floats = new float[4];
            mapped.tensor("last").readFloats(0, 4, MemorySegment.ofArray(floats));
            assertThat(floats).containsExactly(1, 2, 3, 4);
            assertThat(mapped.metadata()).containsEntry("k", "v");
            assertThat(mapped.tensors().values())
                    .filteredOn(t -> !t.name().startsWith("_gap."))
                    .allMatch(t -> t.data().address() % 64 == 0);
        }
    }

    @Test
    void refusesToWriteOverATensorsEnd() throws IOException {
        try (var writer = SafetensorsWriter.create(directory.resolve("w"), DECLARATIONS, Map.of())) {
            assertThatThrownBy(() -> writer.write("odd", 1, MemorySegment.ofArray(new byte[5])))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    private static MemorySegment floats(float... values) {
        return Arena.ofAuto().allocateFrom(ValueLayout.JAVA_FLOAT, values);
    }
}
