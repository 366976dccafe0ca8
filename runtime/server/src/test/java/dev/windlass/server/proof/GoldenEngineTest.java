package dev.windlass.server.proof;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.windlass.engine.Engine;
import dev.windlass.engine.EngineListener;
import dev.windlass.engine.EngineOptions;
import dev.windlass.engine.Generation;
import dev.windlass.engine.GenerationEvent;
import dev.windlass.engine.GenerationRequest;
import dev.windlass.engine.sample.SamplingParameters;
import dev.windlass.model.artifact.Artifact;
import dev.windlass.model.graph.DecoderGraphBuilder;
import dev.windlass.model.weight.Quantization;
import dev.windlass.onnx.DecoderGraph;
import dev.windlass.onnx.DecoderRunner;
import dev.windlass.onnx.Device;
import dev.windlass.onnx.OnnxRuntime;
import dev.windlass.onnx.SessionOptions;
import dev.windlass.onnx.graph.ElementType;
import dev.windlass.server.load.LoadListener;
import dev.windlass.server.load.ModelPreparation;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every family's golden continuations, by the engine, whatever else it does meanwhile. */
class GoldenEngineTest {
    private static final Path CASES = Path.of("../model/src/test/resources/golden");
    private static final int POSITIONS = 136;
    private static final int SLOTS = 6;
    private static final int SEQUENCES = 4;
    private static final EngineOptions OPTIONS = EngineOptions.of(SEQUENCES);

    private static OnnxRuntime runtime;

    @BeforeAll
    static void open() {
        runtime = OnnxRuntime.open();
    }

    @AfterAll
    static void close() {
        runtime.close();
    }

    @SuppressWarnings("ArrayRecordComponent")
    private record Prompt(int[] tokens, int[] greedy) {}

    static List<String> cases() throws IOException {
        try (Stream<Path> folders = Files.list(CASES)) {
            return folders.filter(folder -> Files.exists(folder.resolve("golden.json")))
                    .map(folder -> folder.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void continuesAsTransformersDoes(String name) throws Exception {
        var settings = DemoModel.settings(CASES.resolve(name), Quantization.NONE);
        var preparation = new ModelPreparation(DemoModel.CACHE);
        var described = preparation.describe(settings, LoadListener.NONE);
        List<Prompt> prompts = prompts(name);
        try (var artifact = preparation.artifact(described, settings, LoadListener.NONE);
                var model = new Model(described, artifact)) {
            alone(model, prompts);
            chunkedBesideOthers(model, prompts);
            afterPrefixHits(model, prompts);
            preempted(model, prompts);
        }
    }

    private static void alone(Model model, List<Prompt> prompts) throws InterruptedException {
        try (var engine = model.engine(OPTIONS.withPrefixReuse(false), EngineListener.NONE)) {
            for (Prompt prompt : prompts) {
                assertGolden("alone", prompt, engine.submit(request(prompt.tokens())));
            }
        }
    }

    private static void chunkedBesideOthers(Model model, List<Prompt> prompts) throws InterruptedException {
        int[] longest = prompts.getLast().tokens();
        try (var engine = model.engine(OPTIONS.withTokenBudget(20, 16), EngineListener.NONE)) {
            var others = List.of(
                    engine.submit(request(Arrays.copyOfRange(longest, 3, 44))),
                    engine.submit(request(Arrays.copyOfRange(longest, 5, 12))));
            var ours = prompts.stream()
                    .map(prompt -> engine.submit(request(prompt.tokens())))
                    .toList();
            for (int i = 0; i < ours.size(); i++) {
                assertGolden("in chunks of 16, beside others", prompts.get(i), ours.get(i));
            }
            for (var other : others) {
                DemoModel.await(other);
            }
        }
    }

    private static void afterPrefixHits(Model model, List<Prompt> prompts) throws InterruptedException {
        try (var engine = model.engine(OPTIONS, EngineListener.NONE)) {
            for (Prompt prompt : prompts) {
                // What comes first shares two thirds of the prompt and then goes another way.
                int shared = prompt.tokens().length * 2 / 3;
                int[] before = Arrays.copyOf(prompt.tokens(), shared + 5);
                Arrays.fill(before, shared, shared + 5, (prompt.tokens()[shared] + 1) % 256);
                DemoModel.await(engine.submit(request(before)));

                int partly = assertGolden("after a prefix hit", prompt, engine.submit(request(prompt.tokens())));
                assertThat(partly).as("cached tokens").isEqualTo(shared);
                int wholly = assertGolden("after a hit of all", prompt, engine.submit(request(prompt.tokens())));
                assertThat(wholly).as("cached tokens").isEqualTo(prompt.tokens().length - 1);
            }
        }
    }

    private static void preempted(Model model, List<Prompt> prompts) throws InterruptedException {
        var preemptions = new AtomicInteger();
        var listener = new EngineListener() {
            @Override
            public void preempted(GenerationRequest request) {
                preemptions.incrementAndGet();
            }
        };
        for (boolean reuse : new boolean[] {false, true}) {
            preemptions.set(0);
            var options = OPTIONS.withPreemptionInterval(5).withPrefixReuse(reuse);
            try (var engine = model.engine(options, listener)) {
                var ours = prompts.stream()
                        .map(prompt -> engine.submit(request(prompt.tokens())))
                        .toList();
                for (int i = 0; i < ours.size(); i++) {
                    assertGolden("preempted, prefixes reused: " + reuse, prompts.get(i), ours.get(i));
                }
            }
            assertThat(preemptions).as("preemptions").hasValueGreaterThan(5);
        }
    }

    /** @return how many tokens of the prompt were cached */
    private static int assertGolden(String how, Prompt prompt, Generation generation) throws InterruptedException {
        List<GenerationEvent> events = DemoModel.await(generation);
        assertThat(DemoModel.tokens(events))
                .as("%s, prompt of %d", how, prompt.tokens().length)
                .isEqualTo(prompt.greedy());
        return DemoModel.usage(events).cachedTokens();
    }

    private static GenerationRequest request(int[] prompt) {
        return DemoModel.request(prompt, SamplingParameters.GREEDY, 64, true, OptionalInt.empty());
    }

    private static List<Prompt> prompts(String name) throws IOException {
        JsonNode golden = new ObjectMapper()
                .readTree(CASES.resolve(name).resolve("golden.json").toFile());
        var prompts = new ArrayList<Prompt>();
        for (JsonNode prompt : golden.get("prompts")) {
            prompts.add(new Prompt(integers(prompt.get("tokens")), integers(prompt.get("greedy"))));
        }
        return prompts;
    }

    private static int[] integers(JsonNode list) {
        return IntStream.range(0, list.size()).map(i -> list.get(i).intValue()).toArray();
    }

    /** A case's graph, from which engines are started. */
    private static final class Model implements AutoCloseable {
        private final Arena constants = Arena.ofShared();
        private final Device device = runtime.cpu();
        private final DecoderGraph graph;

        Model(ModelPreparation.Described described, Artifact artifact) {
            graph = new DecoderGraphBuilder(described.decoder(), artifact, constants)
                    .fused(ElementType.FLOAT, POSITIONS);
        }

        Engine engine(EngineOptions options, EngineListener listener) {
            var runner = DecoderRunner.open(
                    runtime, graph, device, SessionOptions.defaults().withThreads(1), SLOTS, POSITIONS);
            return Engine.start(runner, new NumberTokenizer(256), options, listener);
        }

        @Override
        public void close() {
            device.close();
            constants.close();
        }
    }
}
