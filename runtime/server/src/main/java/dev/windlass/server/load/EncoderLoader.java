package dev.windlass.server.load;

import dev.windlass.engine.EncoderEngine;
import dev.windlass.engine.EncoderListener;
import dev.windlass.engine.run.EncoderModel;
import dev.windlass.engine.run.EncoderText;
import dev.windlass.engine.token.EncoderTokenizer;
import dev.windlass.model.InvalidModelException;
import dev.windlass.model.artifact.Artifact;
import dev.windlass.model.config.EncoderTask;
import dev.windlass.model.config.Pooling;
import dev.windlass.model.family.EncoderSpec;
import dev.windlass.model.graph.EncoderGraphBuilder;
import dev.windlass.onnx.Device;
import dev.windlass.onnx.EncoderRunner;
import dev.windlass.onnx.OnnxRuntime;
import dev.windlass.onnx.SessionOptions;
import dev.windlass.server.load.ModelPreparation.Described;
import dev.windlass.server.registry.EncoderPurpose;
import dev.windlass.server.registry.ServedEncoder;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;

/** The part of {@link ModelLoader} that is for encoders: files → artifact → graph → session → warm-up → engine. */
final class EncoderLoader {
    private static final String PROBE = "Heave ho!";

    private final OnnxRuntime runtime;
    private final ModelPreparation preparation;
    private final Function<String, EncoderListener> listeners;

    EncoderLoader(OnnxRuntime runtime, ModelPreparation preparation, Function<String, EncoderListener> listeners) {
        this.runtime = runtime;
        this.preparation = preparation;
        this.listeners = listeners;
    }

    /** @param closing takes what must be closed, also when this fails */
    LoadedModel load(
            Described model,
            EncoderSpec spec,
            ModelSettings settings,
            LoadListener listener,
            LoadingTimes times,
            Deque<Runnable> closing)
            throws IOException {
        if (settings.chatTemplate() != null) {
            throw new InvalidModelException(model.directory(), "an encoder has no use for a chat template");
        }
        EncoderTask task = EncoderTask.read(model.directory(), model.config());
        EncoderSizing sizing = EncoderSizing.of(
                model.directory(), spec, task, settings, MachineMemory.here().forScores());
        Artifact artifact = preparation.artifact(model, settings, listener);
        closing.push(artifact::close);
        times.finished("files");
        listener.opening();
        var opening = TokenizerOpening.begin(artifact.directory());
        closing.push(opening::close);
        Device device = runtime.cpu();
        closing.push(device::close);
        EncoderModel runner = runner(spec, task, artifact, device, sizing, settings, closing);
        closing.push(runner::close);
        times.finished("session");
        EncoderTokenizer tokenizer = opening.await();
        times.finished("tokenizer");
        for (int i = 0; i <= settings.warmUps(); i++) {
            probe(model.directory(), runner, tokenizer);
        }
        times.finished("warm-up");
        // Last, since from here on the engine's thread uses what a failure would close.
        EncoderEngine engine = EncoderEngine.start(runner, settings.waiting(), listeners.apply(settings.name()));
        times.finished("engine");
        var served = new ServedEncoder(
                settings.name(),
                settings.aliases(),
                engine,
                tokenizer,
                purpose(spec, task),
                sizing.capacity(),
                Instant.now());
        var summary = new LoadedModel.Summary(
                spec.family(),
                artifact.manifest().parameters(),
                artifact.manifest().quantization(),
                sizing.capacity(),
                sizing.tokens() / sizing.capacity(),
                ModelPreparation.threads(settings),
                times.phases());
        // Loading takes more memory than serving does: give it back.
        runtime.trim();
        return new LoadedModel(served, summary, closing);
    }

    @SuppressWarnings("MustBeClosedChecker") // closed with all the rest
    private EncoderRunner runner(
            EncoderSpec spec,
            EncoderTask task,
            Artifact artifact,
            Device device,
            EncoderSizing sizing,
            ModelSettings settings,
            Deque<Runnable> closing) {
        // The graph's own constants must outlive the session, which the engine closes with the runner.
        Arena constants = Arena.ofShared();
        closing.push(constants::close);
        Pooling pooling = task instanceof EncoderTask.Embed embed ? embed.pooling() : Pooling.FIRST;
        var graph = new EncoderGraphBuilder(spec, artifact, constants)
                .build(device.computeType(), sizing.capacity(), pooling);
        var options = SessionOptions.defaults().withThreads(ModelPreparation.threads(settings));
        return EncoderRunner.open(runtime, graph, device, options, sizing.capacity(), sizing.tokens());
    }

    private static EncoderPurpose purpose(EncoderSpec spec, EncoderTask task) {
        return switch (task) {
            case EncoderTask.Embed embed -> new EncoderPurpose.Embed(spec.width(), embed.normalized());
            case EncoderTask.Rerank rerank -> new EncoderPurpose.Rerank(rerank.bounded());
            case EncoderTask.Classify classify -> new EncoderPurpose.Classify(classify.labels(), classify.several());
        };
    }

    /** The first request should not pay for first-time work, and a model that computes nonsense should not be served. */
    private static void probe(Path directory, EncoderModel model, EncoderTokenizer tokenizer) {
        int[] tokens = tokenizer.encode(PROBE, true, false);
        for (int id : tokens) {
            if (id >= model.vocabularySize()) {
                throw new InvalidModelException(
                        directory,
                        "the tokenizer gives token %d, and the model knows %d tokens: they do not belong together"
                                .formatted(id, model.vocabularySize()));
            }
        }
        int count = Math.min(tokens.length, model.capacity());
        EncoderText text = new EncoderText(Arrays.copyOf(tokens, count));
        for (float value : model.run(List.of(text))[0]) {
            if (!Float.isFinite(value)) {
                throw new InvalidModelException(directory, "the model computes %s for a plain text".formatted(value));
            }
        }
    }
}
