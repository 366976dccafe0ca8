package dev.windlass.server.proof;

import dev.windlass.engine.Engine;
import dev.windlass.engine.EngineListener;
import dev.windlass.engine.Generation;
import dev.windlass.engine.GenerationEvent;
import dev.windlass.engine.GenerationRequest;
import dev.windlass.engine.sample.SamplingParameters;
import dev.windlass.engine.token.Tokenizer;
import dev.windlass.model.CacheDirectory;
import dev.windlass.model.source.ModelSource;
import dev.windlass.model.weight.Quantization;
import dev.windlass.onnx.OnnxRuntime;
import dev.windlass.server.load.LoadListener;
import dev.windlass.server.load.LoadedModel;
import dev.windlass.server.load.ModelLoader;
import dev.windlass.server.load.ModelSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/** The demo model, loaded as {@code windlass serve} loads it. */
final class DemoModel implements AutoCloseable {
    static final Path DIRECTORY = Path.of("../../examples/demo-model");
    static final CacheDirectory CACHE = new CacheDirectory(Path.of("target", "proof-cache"));
    static final int SEQUENCES = 16;
    static final Duration DEADLINE = Duration.ofMinutes(2);

    private final OnnxRuntime runtime = OnnxRuntime.open();
    private final LoadedModel loaded;

    DemoModel(Quantization quantization) throws IOException {
        loaded = new ModelLoader(runtime, CACHE, _ -> EngineListener.NONE)
                .load(settings(DIRECTORY, quantization), LoadListener.NONE);
    }

    static ModelSettings settings(Path directory, Quantization quantization) {
        return new ModelSettings(
                new ModelSource.Local(directory), "demo", Set.of(), quantization, 0, SEQUENCES, 0, 2, 256);
    }

    LoadedModel loaded() {
        return loaded;
    }

    Engine engine() {
        return loaded.served().engine();
    }

    Tokenizer tokenizer() {
        return loaded.served().tokenizer();
    }

    /** A question as the model's chat template has it. */
    int[] prompt(String question) {
        return tokenizer().encode("<|im_start|>user\n" + question + "<|im_end|>\n<|im_start|>assistant\n", true, true);
    }

    static SamplingParameters seeded(long seed, float temperature) {
        return new SamplingParameters(temperature, 1, 0, 0, 0, 0, 1, Map.of(), OptionalLong.of(seed));
    }

    static GenerationRequest request(
            int[] prompt, SamplingParameters sampling, int tokens, boolean ignoreEnd, OptionalInt promptLogprobs) {
        var limits = new GenerationRequest.Limits(tokens, 0, ignoreEnd, Set.of(), List.of(), false, true);
        return new GenerationRequest(
                "proof", prompt, sampling, limits, OptionalInt.empty(), promptLogprobs, null, 0, DEADLINE);
    }

    /** All that comes of a request. */
    static List<GenerationEvent> await(Generation generation) throws InterruptedException {
        var events = new ArrayList<GenerationEvent>();
        long deadline = System.nanoTime() + DEADLINE.toNanos();
        while (System.nanoTime() < deadline) {
            events.addAll(generation.take(Duration.ofSeconds(1)));
            if (!events.isEmpty()) {
                switch (events.getLast()) {
                    case GenerationEvent.Finished _ -> {
                        return events;
                    }
                    case GenerationEvent.Failed failed -> throw failed.cause();
                    case GenerationEvent.Token _, GenerationEvent.PromptScored _ -> {}
                }
            }
        }
        throw new AssertionError("no end within " + DEADLINE);
    }

    static int[] tokens(List<GenerationEvent> events) {
        return events.stream()
                .filter(GenerationEvent.Token.class::isInstance)
                .mapToInt(event -> ((GenerationEvent.Token) event).id())
                .toArray();
    }

    static GenerationEvent.Usage usage(List<GenerationEvent> events) {
        return ((GenerationEvent.Finished) events.getLast()).usage();
    }

    long liveHandles() {
        return runtime.liveHandles();
    }

    @Override
    public void close() {
        loaded.close();
        runtime.close();
    }
}
