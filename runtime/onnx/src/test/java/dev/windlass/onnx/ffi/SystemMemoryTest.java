package dev.windlass.onnx.ffi;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(OS.WINDOWS)
class SystemMemoryTest {
    @Test
    void gigabytesAreZeroWithoutBeingWritten() {
        try (var arena = Arena.ofConfined()) {
            MemorySegment memory = SystemMemory.allocate(3L << 30, arena);
            memory.set(JAVA_BYTE, (3L << 30) - 1, (byte) 1);
            assertThat(memory.get(JAVA_BYTE, 2345678901L)).isZero();
        }
    }

    @Test
    void closingTheArenaUnmaps() {
        MemorySegment memory;
        try (var arena = Arena.ofShared()) {
            memory = SystemMemory.allocate(1 << 20, arena);
        }
        assertThatThrownBy(() -> memory.get(JAVA_BYTE, 0)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void releasedPagesOfAFileAreReadAgain(@TempDir Path directory) throws IOException {
        byte[] content = new byte[3 * 65536];
        java.util.Arrays.fill(content, (byte) 7);
        Path file = Files.write(directory.resolve("weights"), content);
        try (var arena = Arena.ofConfined();
                var channel = FileChannel.open(file)) {
            MemorySegment mapped = channel.map(MapMode.READ_ONLY, 0, content.length, arena);
            assertThat(SystemMemory.release(mapped.asSlice(100, 2 * 65536)))
                    .isPositive()
                    .isLessThan(2 * 65536);
            assertThat(mapped.toArray(JAVA_BYTE)).isEqualTo(content);
        }
    }

    @Test
    void neverReleasesMemoryThatNoFileBacks() {
        try (var arena = Arena.ofConfined()) {
            assertThat(SystemMemory.release(SystemMemory.allocate(1 << 20, arena)))
                    .isZero();
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void whatTheLibraryFreedGoesBack() {
        for (int i = 0; i < 1000; i++) {
            try (var arena = Arena.ofConfined()) {
                arena.allocate(100_000);
            }
        }
        assertThat(SystemMemory.trim()).isTrue();
    }
}
