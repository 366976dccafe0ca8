package dev.windlass.model.artifact;

import dev.windlass.model.weight.Checkpoint;
import dev.windlass.model.weight.Quantization;
import dev.windlass.model.weight.Weight;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/**
 * What is to be converted, and how.
 *
 * @param directory a model in Hugging Face's layout
 * @param source where the model came from, for people to read
 * @param family the model's type
 * @param plan the weights its graph wants, in terms of the checkpoint's tensors
 */
public record Conversion(
        Path directory,
        String source,
        String family,
        Quantization quantization,
        Function<Checkpoint, List<Weight>> plan) {
    public Conversion {
        Objects.requireNonNull(directory, "directory");
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(family, "family");
        Objects.requireNonNull(quantization, "quantization");
        Objects.requireNonNull(plan, "plan");
    }
}
