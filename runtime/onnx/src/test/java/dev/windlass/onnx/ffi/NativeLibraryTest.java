package dev.windlass.onnx.ffi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeLibraryTest {
    @TempDir
    private Path directory;

    @Test
    void extractsTheLibraryOnceUnderItsVersionAndPlatform() throws IOException {
        Path library = linux(Map.of("WINDLASS_CACHE", directory.toString())).locate();
        assertThat(library)
                .isEqualTo(directory.resolve("native/onnxruntime-1.29.0-linux-x64/libonnxruntime.so"))
                .isRegularFile();
        var written = Files.getLastModifiedTime(library);
        linux(Map.of("WINDLASS_CACHE", directory.toString())).locate();
        assertThat(Files.getLastModifiedTime(library)).isEqualTo(written);
        try (Stream<Path> files = Files.list(library.getParent())) {
            assertThat(files).containsExactly(library);
        }
    }

    @Test
    void replacesALibraryThatWasCutOffOrChanged() throws IOException {
        Path library = linux(Map.of("XDG_CACHE_HOME", directory.toString())).locate();
        long whole = Files.size(library);
        try (var file = new RandomAccessFile(library.toFile(), "rw")) {
            file.setLength(whole / 2);
        }
        assertThat(linux(Map.of("XDG_CACHE_HOME", directory.toString())).locate())
                .hasSize(whole);
        try (var file = new RandomAccessFile(library.toFile(), "rw")) {
            file.seek(whole / 3);
            file.write(file.read() + 1);
        }
        long mismatch = Files.mismatch(
                library, linux(Map.of("WINDLASS_CACHE", directory + "/other")).locate());
        assertThat(mismatch).isNotNegative();
        linux(Map.of("XDG_CACHE_HOME", directory.toString())).locate();
        assertThat(Files.mismatch(
                        library, directory.resolve("other/native/onnxruntime-1.29.0-linux-x64/libonnxruntime.so")))
                .isEqualTo(-1);
    }

    @Test
    void saysWhichPlatformHasNoLibrary() {
        var library = new NativeLibrary(Map.of(), "Linux", "riscv64", directory);
        assertThatThrownBy(library::locate)
                .isInstanceOf(OnnxException.class)
                .hasMessageContaining("linux-riscv64")
                .hasMessageContaining("WINDLASS_ONNXRUNTIME_LIBRARY");
    }

    @Test
    void takesTheLibraryItIsTold() throws IOException {
        Path own = Files.createFile(directory.resolve("own.so"));
        assertThat(linux(Map.of("WINDLASS_ONNXRUNTIME_LIBRARY", own.toString())).locate())
                .isEqualTo(own);
    }

    @Test
    void saysThatTheLibraryItIsToldIsMissing() {
        var library = linux(Map.of("WINDLASS_ONNXRUNTIME_LIBRARY", "/nowhere/own.so"));
        assertThatThrownBy(library::locate)
                .isInstanceOf(OnnxException.class)
                .hasMessageContaining("found none at /nowhere/own.so");
    }

    private NativeLibrary linux(Map<String, String> environment) {
        return new NativeLibrary(environment, "Linux", "amd64", directory);
    }
}
