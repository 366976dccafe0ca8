package dev.windlass.model.safetensors;

import dev.windlass.model.InvalidModelException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is done to a file, it is read or refused, and never anything else. */
class SafetensorsFuzzTest {
    private static final String HEADER = """
            {"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},
            "b":{"dtype":"BF16","shape":[4],"data_offsets":[24,32]},"c":{"dtype":"F16","shape":[],"data_offsets":[32,34]}}""";
    private static final String[] TOKENS = {
        "-1",
        "0",
        "9223372036854775807",
        "-9223372036854775808",
        "1e999",
        "{",
        "}",
        "[",
        "]",
        ":",
        ",",
        "\"",
        "null",
        "\\u0000",
        "\"F64\"",
        "\"shape\"",
        "[".repeat(5_000),
        "9".repeat(2_000),
        "\ud83d\ude00",
        "../",
        "true"
    };

    @TempDir
    private Path directory;

    @Test
    void readsOrRefusesAMutatedFile() throws IOException {
        var random = new SplittableRandom(7);
        for (int i = 0; i < 1_500; i++) {
            var bytes = random.nextBoolean()
                    ? RawFile.bytes(withToken(random, HEADER), 34)
                    : withBytes(random, RawFile.bytes(HEADER, 34));
            Files.write(directory.resolve("model.safetensors"), bytes);
            readEverything();
        }
    }

    @Test
    void readsOrRefusesAMutatedIndex() throws IOException {
        var random = new SplittableRandom(8);
        RawFile.write(directory.resolve("one.safetensors"), HEADER, 34);
        var index = "{\"weight_map\":{\"a\":\"one.safetensors\",\"b\":\"one.safetensors\",\"c\":\"one.safetensors\"}}";
        for (int i = 0; i < 1_000; i++) {
            var bytes = random.nextBoolean()
                    ? withToken(random, index).getBytes(StandardCharsets.UTF_8)
                    : withBytes(random, index.getBytes(StandardCharsets.UTF_8));
            Files.write(directory.resolve("model.safetensors.index.json"), bytes);
            readEverything();
        }
    }

    private void readEverything() {
        try (var checkpoint = SafetensorsCheckpoint.open(directory)) {
            for (var name : checkpoint.names()) {
                var tensor = checkpoint.find(name).orElseThrow();
                tensor.readFloats(
                        0, tensor.elements(), MemorySegment.ofArray(new float[Math.toIntExact(tensor.elements())]));
            }
        } catch (InvalidModelException e) {
            if (String.valueOf(e.getMessage()).contains("\n")) {
                throw new AssertionError("more than one line: " + e.getMessage(), e);
            }
        }
    }

    private static String withToken(SplittableRandom random, String text) {
        int at = random.nextInt(text.length());
        int cut = random.nextInt(3);
        return text.substring(0, at)
                + TOKENS[random.nextInt(TOKENS.length)]
                + text.substring(Math.min(text.length(), at + cut));
    }

    private static byte[] withBytes(SplittableRandom random, byte[] bytes) {
        int length = random.nextInt(4) == 0 ? random.nextInt(bytes.length) : bytes.length;
        var mutated = java.util.Arrays.copyOf(bytes, length);
        for (int i = random.nextInt(4); i >= 0 && length > 0; i--) {
            mutated[random.nextInt(length)] = (byte) random.nextInt(256);
        }
        return mutated;
    }
}
