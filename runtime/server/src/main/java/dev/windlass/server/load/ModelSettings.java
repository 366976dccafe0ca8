package dev.windlass.server.load;

import dev.windlass.model.digest.Sha256;
import dev.windlass.model.source.ModelSource;
import dev.windlass.model.weight.Quantization;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which model to serve, under which name, and with how much. A number of 0 lets the loader decide.
 *
 * @param aliases further names
 * @param contextLength the longest prompt and output together
 * @param sequences how many requests run at once
 * @param stepTokens how many tokens one step computes at most
 * @param threads how many threads compute
 * @param waiting how many requests may wait
 * @param warmUps how many short generations run before it is called ready, after the loader's own look at what it computes
 * @param prefixReuse whether requests that begin alike share what was computed
 * @param chatTemplate a file in place of the model's own template
 * @param sha256 what the model has to be; null serves whatever its source has
 * @param cacheShare how much keys and values may take of the memory that the weights and the process leave, above 0 and up to 1
 */
public record ModelSettings(
        ModelSource source,
        String name,
        Set<String> aliases,
        Quantization quantization,
        int contextLength,
        int sequences,
        int stepTokens,
        int threads,
        int waiting,
        int warmUps,
        boolean prefixReuse,
        @Nullable Path chatTemplate,
        @Nullable Sha256 sha256,
        double cacheShare) {
    /** As spec.runtime.kvCache.memoryFraction has it. */
    public static final double USUAL_CACHE_SHARE = 0.9;

    public ModelSettings {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(name, "name");
        aliases = Set.copyOf(aliases);
        Objects.requireNonNull(quantization, "quantization");
        if (contextLength < 0 || sequences < 0 || stepTokens < 0 || threads < 0 || waiting < 1 || warmUps < 0) {
            throw new IllegalArgumentException(
                    "model settings: expected no negative number and room for one waiting request, got context %d, sequences %d, step tokens %d, threads %d, waiting %d, warm-ups %d"
                            .formatted(contextLength, sequences, stepTokens, threads, waiting, warmUps));
        }
        if (!(cacheShare > 0 && cacheShare <= 1)) {
            throw new IllegalArgumentException(
                    "model settings: expected a share of memory above 0 and up to 1, got " + cacheShare);
        }
    }

    /** A model with its own chat template, whose prefixes are reused, and which no more than the loader's look warms. */
    public ModelSettings(
            ModelSource source,
            String name,
            Set<String> aliases,
            Quantization quantization,
            int contextLength,
            int sequences,
            int stepTokens,
            int threads,
            int waiting) {
        this(
                source,
                name,
                aliases,
                quantization,
                contextLength,
                sequences,
                stepTokens,
                threads,
                waiting,
                0,
                true,
                null,
                null,
                USUAL_CACHE_SHARE);
    }
}
