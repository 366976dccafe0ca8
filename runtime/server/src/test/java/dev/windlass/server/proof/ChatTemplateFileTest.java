package dev.windlass.server.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.windlass.engine.EngineListener;
import dev.windlass.model.InvalidModelException;
import dev.windlass.model.source.ModelSource;
import dev.windlass.model.weight.Quantization;
import dev.windlass.onnx.OnnxRuntime;
import dev.windlass.server.load.LoadListener;
import dev.windlass.server.load.LoadedModel;
import dev.windlass.server.load.ModelLoader;
import dev.windlass.server.load.ModelSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A chat template of a user's own, in place of the model's. */
class ChatTemplateFileTest {
    @TempDir
    private Path directory;

    @Test
    void takesThePlaceOfTheModelsOwn() throws IOException {
        Path file = Files.writeString(directory.resolve("own.jinja"), "{{ eos_token }}|{{ messages[0].content }}|");

        try (var runtime = OnnxRuntime.open();
                var loaded = load(runtime, file)) {
            var template = loaded.served().chatTemplate().orElseThrow();
            assertThat(template.render(List.of(Map.of("role", "user", "content", "ahoy")), List.of(), true, Map.of()))
                    .endsWith("|ahoy|")
                    .startsWith("<|");
        }
    }

    @Test
    void isRefusedWithItsFileAndItsLine() throws IOException {
        Path broken = Files.writeString(directory.resolve("broken.jinja"), "a\n{% if %}\n");
        Path bytes = Files.write(directory.resolve("bytes.jinja"), new byte[] {(byte) 0xff, (byte) 0xfe});

        try (var runtime = OnnxRuntime.open()) {
            refuses(runtime, broken, "the chat template is not valid: line 2");
            refuses(runtime, bytes, "the chat template is not UTF-8");
            refuses(runtime, directory, "there is no such file to take the chat template from");
            refuses(runtime, directory.resolve("none"), "there is no such file to take the chat template from");
        }
    }

    private static void refuses(OnnxRuntime runtime, Path file, String reason) {
        assertThatThrownBy(() -> load(runtime, file))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageStartingWith(file + ": " + reason);
    }

    private static LoadedModel load(OnnxRuntime runtime, Path template) throws IOException {
        var settings = new ModelSettings(
                new ModelSource.Local(DemoModel.DIRECTORY),
                "demo",
                Set.of(),
                Quantization.INT8,
                0,
                2,
                0,
                2,
                4,
                0,
                true,
                template,
                null,
                ModelSettings.USUAL_CACHE_SHARE);
        return new ModelLoader(runtime, DemoModel.CACHE, _ -> EngineListener.NONE).load(settings, LoadListener.NONE);
    }
}
