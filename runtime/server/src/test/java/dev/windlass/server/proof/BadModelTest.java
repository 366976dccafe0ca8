package dev.windlass.server.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.windlass.engine.EngineListener;
import dev.windlass.engine.token.TokenizerException;
import dev.windlass.model.CacheDirectory;
import dev.windlass.model.InvalidModelException;
import dev.windlass.model.weight.Quantization;
import dev.windlass.onnx.OnnxRuntime;
import dev.windlass.server.load.LoadListener;
import dev.windlass.server.load.ModelLoader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Directories that are no model: each is refused in one line that says what is wrong where, and nothing stays open. */
class BadModelTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String NORM = "model.layers.2.input_layernorm.weight";
    private static OnnxRuntime runtime;

    @TempDir
    private Path folder;

    @BeforeAll
    static void open() {
        runtime = OnnxRuntime.open();
    }

    @AfterAll
    static void close() {
        runtime.close();
    }

    /** Something wrong with a model, and what the refusal must name. */
    private record Fault(String name, Damage damage, List<String> named) {
        static Fault of(String name, Damage damage, String... named) {
            return new Fault(name, damage, List.of(named));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    @FunctionalInterface
    private interface Damage {
        void to(Path model) throws IOException;
    }

    static List<Fault> faults() {
        return List.of(
                Fault.of("no config", model -> Files.delete(model.resolve("config.json")), "config.json"),
                Fault.of(
                        "config cut off",
                        model -> write(model, "config.json", "{\"model_type\": \"lla"),
                        "config.json"),
                Fault.of("config no object", model -> write(model, "config.json", "[1, 2]"), "config.json"),
                Fault.of("config empty", model -> write(model, "config.json", ""), "config.json"),
                config("no family", json -> json.remove("model_type"), "model_type"),
                config("unknown family", json -> json.put("model_type", "mamba\nevil"), "model_type", "mamba"),
                config("layers absurd", json -> json.put("num_hidden_layers", 2_000_000_000), "num_hidden_layers"),
                config("layers negative", json -> json.put("num_hidden_layers", -1), "num_hidden_layers"),
                config("layers too many", json -> json.put("num_hidden_layers", 5), "layers.4.input_layernorm.weight"),
                config("heads no divisor", json -> json.put("num_key_value_heads", 3), "num_key_value_heads"),
                config("heads too many", json -> json.put("num_attention_heads", 8), "q_proj", "[512, 256]"),
                config("hidden size text", json -> json.put("hidden_size", "wide"), "hidden_size"),
                config("hidden size huge", json -> json.put("hidden_size", 1L << 40), "hidden_size"),
                config("positions zero", json -> json.put("max_position_embeddings", 0), "max_position_embeddings"),
                config("epsilon negative", json -> json.put("rms_norm_eps", -1), "rms_norm_eps"),
                config("theta zero", json -> json.put("rope_theta", 0), "rope_theta"),
                config("activation unknown", json -> json.put("hidden_act", "sine"), "hidden_act", "sine"),
                config("vocabulary wrong", json -> json.put("vocab_size", 2561), "embed_tokens", "2561"),
                Fault.of("no weights", model -> Files.delete(model.resolve("model.safetensors")), "model.safetensors"),
                Fault.of("weights empty", model -> truncate(model, 0), "model.safetensors"),
                Fault.of("weights cut in the header", model -> truncate(model, 100), "model.safetensors"),
                Fault.of("weights cut in the data", model -> truncate(model, 3_000_000), "model.safetensors"),
                header(
                        "tensor missing",
                        text -> text.replace(NORM, NORM.replace("weight", "height")),
                        "layers.2.input_layernorm.weight"),
                header("tensor of another type", text -> text.replaceFirst("\"F16\"", "\"I16\""), "model.safetensors"),
                header("header no JSON", text -> "x" + text.substring(1), "model.safetensors"),
                Fault.of("no tokenizer", model -> Files.delete(model.resolve("tokenizer.json")), "tokenizer.json"),
                Fault.of(
                        "tokenizer cut off",
                        model -> write(model, "tokenizer.json", "{\"model\": {"),
                        "tokenizer.json"),
                Fault.of("tokenizer no tokenizer", model -> write(model, "tokenizer.json", "{}"), "tokenizer.json"),
                Fault.of("tokenizer of another model", BadModelTest::shiftVocabulary, "token", "2560"),
                Fault.of(
                        "template broken",
                        model -> write(model, "chat_template.jinja", "{% for x in %}"),
                        "chat template"),
                Fault.of(
                        "generation config cut off",
                        model -> write(model, "generation_config.json", "{\"temperature\": "),
                        "generation_config.json"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("faults")
    void refusesInOneLine(Fault fault) throws IOException {
        Path model = copyOfDemo();
        fault.damage().to(model);
        long handles = runtime.liveHandles();
        List<String> files = openFiles();
        int threads = engines();

        Throwable refusal = catchThrowable(() -> load(model));

        assertThat(refusal).isNotNull();
        System.out.printf("%s: %s: %s%n", fault, refusal.getClass().getSimpleName(), refusal.getMessage());
        assertThat(refusal).isInstanceOfAny(InvalidModelException.class, TokenizerException.class);
        assertThat(refusal.getMessage()).doesNotContain("\n", "\r").contains(fault.named());
        assertThat(runtime.liveHandles()).as("native objects").isEqualTo(handles);
        assertThat(openFiles()).as("open files").isSubsetOf(files);
        assertThat(engines()).as("engine threads").isEqualTo(threads);
    }

    @Test
    void servesAModelWhoseTokenizerNamesTokensItDoesNotKnow() throws IOException {
        // Gemma 3's text models are published so: the tokenizer has one token more, for images.
        Path model = copyOfDemo();
        Path file = model.resolve("tokenizer.json");
        var json = (ObjectNode) JSON.readTree(file.toFile());
        json.withArray("added_tokens")
                .addObject()
                .put("id", 2560)
                .put("content", "<image>")
                .put("single_word", false)
                .put("lstrip", false)
                .put("rstrip", false)
                .put("normalized", false)
                .put("special", true);
        JSON.writeValue(file.toFile(), json);
        long handles = runtime.liveHandles();
        try (var loaded = loader().load(DemoModel.settings(model, Quantization.INT8), LoadListener.NONE)) {
            int[] prompt = loaded.served().tokenizer().encode("<image>", false, true);
            assertThat(prompt).containsExactly(2560);
            var request = DemoModel.request(prompt, DemoModel.seeded(1, 0), 1, true, OptionalInt.empty());
            assertThat(catchThrowable(() -> loaded.served().engine().submit(request)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("2559, got 2560");
        }
        assertThat(runtime.liveHandles()).isEqualTo(handles);
    }

    private void load(Path model) throws IOException {
        loader().load(DemoModel.settings(model, Quantization.INT8), LoadListener.NONE)
                .close();
    }

    private ModelLoader loader() {
        return new ModelLoader(runtime, new CacheDirectory(folder.resolve("cache")), _ -> EngineListener.NONE);
    }

    private Path copyOfDemo() throws IOException {
        Path model = Files.createDirectory(folder.resolve("model"));
        try (Stream<Path> files = Files.list(DemoModel.DIRECTORY)) {
            for (Path file : files.toList()) {
                Files.copy(file, model.resolve(file.getFileName()));
            }
        }
        return model;
    }

    private static Fault config(String name, Consumer<ObjectNode> change, String... named) {
        return Fault.of(
                name,
                model -> {
                    Path file = model.resolve("config.json");
                    var json = (ObjectNode) JSON.readTree(file.toFile());
                    change.accept(json);
                    JSON.writeValue(file.toFile(), json);
                },
                named);
    }

    private static Fault header(String name, UnaryOperator<String> change, String... named) {
        return Fault.of(
                name,
                model -> {
                    Path file = model.resolve("model.safetensors");
                    byte[] all = Files.readAllBytes(file);
                    int length = (int)
                            ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN).getLong();
                    String before = new String(all, 8, length, StandardCharsets.UTF_8);
                    byte[] after = change.apply(before).getBytes(StandardCharsets.UTF_8);
                    assertThat(after).hasSize(length).isNotEqualTo(Arrays.copyOfRange(all, 8, 8 + length));
                    System.arraycopy(after, 0, all, 8, length);
                    Files.write(file, all);
                },
                named);
    }

    /** Moves all ordinary tokens up, so that text becomes tokens that the model has no rows for. */
    private static void shiftVocabulary(Path model) throws IOException {
        Path file = model.resolve("tokenizer.json");
        var json = (ObjectNode) JSON.readTree(file.toFile());
        var vocabulary = (ObjectNode) json.at("/model/vocab");
        for (var entry : vocabulary.properties()) {
            int id = entry.getValue().intValue();
            if (id > 2) {
                vocabulary.put(entry.getKey(), id + 2557);
            }
        }
        JSON.writeValue(file.toFile(), json);
    }

    private static void write(Path model, String file, String content) throws IOException {
        Files.writeString(model.resolve(file), content);
    }

    private static void truncate(Path model, long bytes) throws IOException {
        try (var channel = FileChannel.open(model.resolve("model.safetensors"), StandardOpenOption.WRITE)) {
            channel.truncate(bytes);
        }
    }

    private static int engines() {
        return (int) Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("windlass-engine"))
                .count();
    }

    /** Those among temporary files, where model and cache are: the JVM opens files of its own when it pleases. */
    private static List<String> openFiles() throws IOException {
        Path descriptors = Path.of("/proc/self/fd");
        if (!Files.isDirectory(descriptors)) {
            return List.of();
        }
        String temporary = Path.of(System.getProperty("java.io.tmpdir")).toRealPath() + "/";
        var open = new ArrayList<String>();
        try (Stream<Path> links = Files.list(descriptors)) {
            for (Path link : links.toList()) {
                try {
                    open.add(Files.readSymbolicLink(link).toString());
                } catch (NoSuchFileException _) {
                    // Closed since it was listed: the listing's own descriptor, for one.
                }
            }
        }
        open.removeIf(file -> !file.startsWith(temporary));
        return open;
    }
}
