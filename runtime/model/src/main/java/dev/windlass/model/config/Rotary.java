package dev.windlass.model.config;

import java.util.List;
import java.util.Objects;

/**
 * Rotary position embeddings as a configuration describes them.
 *
 * @param theta the base of the wavelengths
 * @param width how many of a head's elements are rotated, an even number: all of them, or the first ones
 */
public record Rotary(double theta, int width, Scaling scaling) {
    public Rotary {
        Objects.requireNonNull(scaling, "scaling");
    }

    /**
     * The width that tables and kernels have: the next multiple of 16. The pairs beyond {@link #width()} turn by no
     * angle.
     */
    public int paddedWidth() {
        return (width + 15) / 16 * 16;
    }

    /** How a model was stretched beyond the positions it was first trained on. */
    public sealed interface Scaling {
        /** Not at all. */
        record None() implements Scaling {}

        /** Positions divided by a factor. */
        record Linear(double factor) implements Scaling {}

        /** The base grown with the length of the context, from {@code original} positions on. */
        record Dynamic(double factor, int original) implements Scaling {}

        /** Long wavelengths divided by a factor, short ones kept, with a ramp between: Llama 3.1. */
        record Llama3(double factor, double lowFrequency, double highFrequency, int original) implements Scaling {}

        /** YaRN (arXiv 2309.00071): a ramp over the dimensions, and scores scaled by {@code attentionFactor} squared. */
        record Yarn(
                double factor, int original, double attentionFactor, double betaFast, double betaSlow, boolean truncate)
                implements Scaling {}

        /**
         * LongRoPE (arXiv 2402.13753): a divisor for each wavelength, the short ones for contexts of up to
         * {@code original} positions.
         */
        record LongRope(List<Double> shortFactors, List<Double> longFactors, int original, double attentionFactor)
                implements Scaling {
            public LongRope {
                shortFactors = List.copyOf(shortFactors);
                longFactors = List.copyOf(longFactors);
            }
        }
    }
}
