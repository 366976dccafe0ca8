package dev.windlass.server.load;

import dev.windlass.model.source.ModelSource;
import dev.windlass.model.weight.Quantization;
import java.util.Objects;
import java.util.Set;

/**
 * Which model to serve, under which name, and with how much. A number of 0 lets the loader decide.
 *
 * @param aliases further names
 * @param contextLength the longest prompt and output together
 * @param sequences how many requests run at once
 * @param stepTokens how many tokens one step computes at most
 * @param threads how many threads compute
 * @param waiting how many requests may wait
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
        int waiting) {
    public ModelSettings {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(name, "name");
        aliases = Set.copyOf(aliases);
        Objects.requireNonNull(quantization, "quantization");
        if (contextLength < 0 || sequences < 0 || stepTokens < 0 || threads < 0 || waiting < 1) {
            throw new IllegalArgumentException(
                    "model settings: expected no negative number and room for one waiting request, got context %d, sequences %d, step tokens %d, threads %d, waiting %d"
                            .formatted(contextLength, sequences, stepTokens, threads, waiting));
        }
    }
}
