package dev.windlass.model.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.windlass.model.InvalidModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsCheckpointTest {
    @TempDir
    private Path directory;

    @BeforeEach
    void writeShards() throws IOException {
        RawFile.write(
                directory.resolve("one.safetensors"),
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}",
                1);
        RawFile.write(
                directory.resolve("two.safetensors"),
                "{\"b\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]}}",
                2);
    }

    @Test
    void readsOneFile() throws IOException {
        Files.move(directory.resolve("one.safetensors"), directory.resolve("model.safetensors"));
        try (var checkpoint = SafetensorsCheckpoint.open(directory)) {
            assertThat(checkpoint.names()).containsExactly("a");
        }
    }

    @Test
    void readsTheShardsOfAnIndex() throws IOException {
        index("\"a\":\"one.safetensors\",\"b\":\"two.safetensors\"");
        try (var checkpoint = SafetensorsCheckpoint.open(directory)) {
            assertThat(checkpoint.find("b").orElseThrow().elements()).isEqualTo(2);
            assertThat(checkpoint.files()).hasSize(2);
        }
    }

    @Test
    void refusesAnIndexThatNamesAMissingShard() throws IOException {
        index("\"a\":\"three.safetensors\"");
        assertRefused("three.safetensors: there is no such file");
    }

    @Test
    void refusesAnIndexThatNamesAMissingTensor() throws IOException {
        index("\"a\":\"one.safetensors\",\"c\":\"one.safetensors\"");
        assertRefused("says that tensor c is in one.safetensors, which does not have it");
    }

    @Test
    void refusesAnIndexThatForgetsATensor() throws IOException {
        RawFile.write(
                directory.resolve("one.safetensors"),
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]},\"z\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}}",
                1);
        index("\"a\":\"one.safetensors\"");
        assertRefused("has tensor z, which model.safetensors.index.json places in no file");
    }

    @Test
    void refusesAShardOutsideTheDirectory() throws IOException {
        index("\"a\":\"../one.safetensors\"");
        assertRefused(
                "tensor a: expected the name of a .safetensors file beside the index, found \"../one.safetensors\"");
    }

    @Test
    void refusesAShardWithAnAbsolutePath() throws IOException {
        index("\"a\":\"/etc/one.safetensors\"");
        assertRefused("expected the name of a .safetensors file beside the index");
    }

    @Test
    void refusesANameThatStandsInTheIndexTwice() throws IOException {
        index("\"a\":\"one.safetensors\",\"a\":\"two.safetensors\"");
        assertRefused("Duplicate");
    }

    @Test
    void refusesADeepIndex() throws IOException {
        Files.writeString(directory.resolve("model.safetensors.index.json"), "[".repeat(100_000));
        assertRefused("is not valid JSON");
    }

    @Test
    void refusesADirectoryWithoutWeights() {
        assertRefused("expected model.safetensors or model.safetensors.index.json, found neither");
    }

    private void index(String entries) throws IOException {
        Files.writeString(directory.resolve("model.safetensors.index.json"), "{\"weight_map\":{" + entries + "}}");
    }

    private void assertRefused(String reason) {
        assertThatThrownBy(() -> SafetensorsCheckpoint.open(directory).close())
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining(reason);
    }
}
