package dev.windlass.server.load;

import dev.windlass.engine.EncoderListener;
import dev.windlass.engine.Engine;
import dev.windlass.engine.EngineListener;
import dev.windlass.engine.EngineOptions;
import dev.windlass.engine.grammar.GrammarCompiler;
import dev.windlass.engine.grammar.GrammarException;
import dev.windlass.engine.run.ModelRunner;
import dev.windlass.engine.token.ChatTemplate;
import dev.windlass.engine.token.Tokenizer;
import dev.windlass.engine.token.jinja.TemplateException;
import dev.windlass.model.CacheDirectory;
import dev.windlass.model.InvalidModelException;
import dev.windlass.model.artifact.Artifact;
import dev.windlass.model.family.DecoderSpec;
import dev.windlass.model.family.EncoderSpec;
import dev.windlass.model.graph.DecoderGraphBuilder;
import dev.windlass.onnx.DecoderRunner;
import dev.windlass.onnx.Device;
import dev.windlass.onnx.OnnxRuntime;
import dev.windlass.onnx.SessionOptions;
import dev.windlass.server.registry.ServedModel;
import dev.windlass.server.registry.ToolCallStyle;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Loads models: source → files → family → artifact → graph → session → warm-up → engine. The steps of {@link #load} are
 * the path of a model, in order.
 */
public final class ModelLoader {
    private final OnnxRuntime runtime;
    private final ModelPreparation preparation;
    private final Function<String, EngineListener> listeners;
    private final EncoderLoader encoders;

    /**
     * @param listeners who hears of each generating model's engine, by the model's name
     * @param encoderListeners who hears of each encoder's
     */
    public ModelLoader(
            OnnxRuntime runtime,
            CacheDirectory cache,
            Function<String, EngineListener> listeners,
            Function<String, EncoderListener> encoderListeners) {
        this.runtime = runtime;
        this.preparation = new ModelPreparation(cache);
        this.listeners = listeners;
        this.encoders = new EncoderLoader(runtime, preparation, encoderListeners);
    }

    /** Loads encoders of which nobody hears. */
    public ModelLoader(OnnxRuntime runtime, CacheDirectory cache, Function<String, EngineListener> listeners) {
        this(runtime, cache, listeners, _ -> EncoderListener.NONE);
    }

    /** Loads a model until it can answer. */
    public LoadedModel load(ModelSettings settings, LoadListener listener) throws IOException {
        var times = new LoadingTimes();
        Deque<Runnable> closing = new ArrayDeque<>();
        try {
            var model = preparation.describe(settings, listener);
            if (model.spec() instanceof EncoderSpec encoder) {
                return encoders.load(model, encoder, settings, listener, times, closing);
            }
            DecoderSpec spec = model.decoder();
            // Read before hours of conversion, not after.
            var given = given(model.directory(), settings.chatTemplate());
            Artifact artifact = preparation.artifact(model, settings, listener);
            closing.push(artifact::close);
            times.finished("files");
            listener.opening();
            var opening = TokenizerOpening.begin(artifact.directory());
            closing.push(opening::close);
            Device device = runtime.cpu();
            closing.push(device::close);
            long memory = MachineMemory.here()
                    .forCaches(artifact.manifest().files().getOrDefault(Artifact.WEIGHTS, 0L), settings.cacheShare());
            Sizing sizing = Sizing.of(
                    model.directory(), spec, settings, device.cacheType().bytes(), memory);
            ModelRunner runner = runner(spec, artifact, device, sizing, ModelPreparation.threads(settings), closing);
            closing.push(runner::close);
            times.finished("session");
            Tokenizer tokenizer = opening.await();
            times.finished("tokenizer");
            WarmUp.run(model.directory(), runner, tokenizer, settings.warmUps());
            times.finished("warm-up");
            var template = given.isPresent() ? given : template(artifact.directory());
            var grammars = new GrammarCompiler(tokenizer);
            var defaults = GenerationDefaultsFile.read(artifact.directory());
            // Last, since from here on the engine's thread uses what a failure would close.
            Engine engine =
                    Engine.start(runner, tokenizer, options(settings, spec, sizing), listeners.apply(settings.name()));
            times.finished("engine");
            var served = new ServedModel(
                    settings.name(),
                    settings.aliases(),
                    engine,
                    tokenizer,
                    template.orElse(null),
                    ToolCallStyle.of(template),
                    grammars,
                    sizing.capacity(),
                    Instant.now(),
                    defaults);
            var summary = new LoadedModel.Summary(
                    spec.family(),
                    artifact.manifest().parameters(),
                    artifact.manifest().quantization(),
                    sizing.capacity(),
                    sizing.sequences(),
                    ModelPreparation.threads(settings),
                    times.phases());
            Thread.ofPlatform().daemon().name("settling").start(() -> settle(grammars));
            return new LoadedModel(served, summary, closing);
        } catch (Throwable failure) {
            closing.forEach(Runnable::run);
            throw failure;
        }
    }

    private static Optional<ChatTemplate> template(Path directory) {
        try {
            return ChatTemplate.load(directory);
        } catch (TemplateException problem) {
            throw new InvalidModelException(
                    directory, "its chat template is not valid: " + problem.getMessage(), problem);
        }
    }

    private static Optional<ChatTemplate> given(Path directory, @Nullable Path file) throws IOException {
        if (file == null) {
            return Optional.empty();
        }
        if (!Files.isRegularFile(file)) {
            throw new InvalidModelException(file, "there is no such file to take the chat template from");
        }
        try {
            return Optional.of(ChatTemplate.load(directory, file));
        } catch (MalformedInputException problem) {
            throw new InvalidModelException(file, "the chat template is not UTF-8", problem);
        } catch (TemplateException problem) {
            throw new InvalidModelException(file, "the chat template is not valid: " + problem.getMessage(), problem);
        }
    }

    /** What no first request should wait for, unless it comes with a constraint. */
    private void settle(GrammarCompiler grammars) {
        try {
            grammars.prepare();
        } catch (GrammarException _) {
            // Each request with a constraint hears of it.
        }
        // Loading takes several times the memory that serving does: give it back.
        System.gc();
        runtime.trim();
    }

    @SuppressWarnings("MustBeClosedChecker") // closed with all the rest
    private DecoderRunner runner(
            DecoderSpec spec, Artifact artifact, Device device, Sizing sizing, int threads, Deque<Runnable> closing) {
        // The graph's own constants must outlive the session, which the engine closes with the runner.
        Arena constants = Arena.ofShared();
        closing.push(constants::close);
        var graph = new DecoderGraphBuilder(spec, artifact, constants).fused(device.computeType(), sizing.capacity());
        var options = SessionOptions.defaults().withThreads(threads);
        return DecoderRunner.open(runtime, graph, device, options, sizing.slots(), sizing.capacity());
    }

    private static EngineOptions options(ModelSettings settings, DecoderSpec spec, Sizing sizing) {
        int wanted = settings.stepTokens() > 0
                ? settings.stepTokens()
                : Math.max(StepBudget.of(spec, ModelPreparation.threads(settings)), 2 * sizing.sequences());
        return EngineOptions.of(sizing.sequences())
                .withMaximumWaiting(settings.waiting())
                .withTokenBudget(wanted, wanted)
                .withPrefixReuse(settings.prefixReuse());
    }
}
