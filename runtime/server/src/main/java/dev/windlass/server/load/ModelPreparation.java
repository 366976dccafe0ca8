package dev.windlass.server.load;

import dev.windlass.model.CacheDirectory;
import dev.windlass.model.InvalidModelException;
import dev.windlass.model.artifact.Artifact;
import dev.windlass.model.artifact.ArtifactCache;
import dev.windlass.model.artifact.Conversion;
import dev.windlass.model.config.ModelConfig;
import dev.windlass.model.family.DecoderSpec;
import dev.windlass.model.family.EncoderSpec;
import dev.windlass.model.family.Families;
import dev.windlass.model.family.ModelSpec;
import dev.windlass.model.source.ModelStore;
import dev.windlass.model.weight.Quantization;
import java.io.IOException;
import java.nio.file.Path;

/** The part of loading that needs no device: a model's files, what they describe, and its weights as they are served. */
public final class ModelPreparation {
    private final CacheDirectory cache;

    public ModelPreparation(CacheDirectory cache) {
        this.cache = cache;
    }

    /** A model's directory and what its configuration describes. */
    public record Described(Path directory, ModelConfig config, ModelSpec spec) {
        /** @throws InvalidModelException when it describes something else than a model that generates */
        public DecoderSpec decoder() {
            return switch (spec) {
                case DecoderSpec decoder -> decoder;
                case EncoderSpec _ ->
                    throw new InvalidModelException(
                            directory,
                            "expected a model that generates, found an encoder of family %s".formatted(spec.family()));
            };
        }
    }

    /**
     * Fetches a model's files where they are not here yet, and reads what they are.
     *
     * @throws InvalidModelException when they are not what can be served
     * @throws dev.windlass.model.source.SourceException when they cannot be had, or are not what was asked for
     */
    public Described describe(ModelSettings settings, LoadListener listener) throws IOException {
        var fetched = new ModelStore(cache, System.getenv())
                .fetch(settings.source(), settings.sha256(), new FetchProgress(listener));
        listener.fetched(fetched.revision(), settings.sha256());
        Path directory = fetched.directory();
        ModelConfig config = ModelConfig.read(directory);
        return new Described(directory, config, Families.of(config));
    }

    /** Converts a model's weights where they are not converted yet, and maps them. */
    public Artifact artifact(Described model, ModelSettings settings, LoadListener listener) throws IOException {
        var conversion = new Conversion(
                model.directory(),
                settings.source().toString(),
                model.config().modelType(),
                quantization(model, settings),
                model.spec()::weights);
        return new ArtifactCache(cache, threads(settings)).obtain(conversion, listener::converting);
    }

    /** An encoder's vectors meet ones computed elsewhere, and its scores thresholds: it keeps float32 unless asked. */
    private static Quantization quantization(Described model, ModelSettings settings) {
        boolean chooses = settings.quantization() == Quantization.AUTO && !Artifact.isArtifact(model.directory());
        return chooses && model.spec() instanceof EncoderSpec ? Quantization.NONE : settings.quantization();
    }

    static int threads(ModelSettings settings) {
        return settings.threads() > 0
                ? settings.threads()
                : Runtime.getRuntime().availableProcessors();
    }
}
