package dev.windlass.model.graph;

import dev.windlass.model.config.Rotary;
import dev.windlass.model.config.Rotary.Scaling;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/**
 * Cosines and sines of the rotary angles, (rows, columns), computed in double precision. Formulas as in transformers'
 * modeling_rope_utils.
 */
record RotaryTable(float[] cosines, float[] sines, int rows, int columns) {

    /** The table for contexts of up to {@code context} positions, which some scalings depend on. */
    static RotaryTable of(Rotary rotary, int context) {
        double[] frequencies = frequencies(rotary, context);
        // A row of a batch that idles computes the position behind its last.
        int positions = context + 1;
        double magnitude = magnitude(rotary.scaling());
        int columns = rotary.paddedWidth() / 2;
        float[] cosines = new float[Math.multiplyExact(positions, columns)];
        float[] sines = new float[positions * columns];
        for (int position = 0; position < positions; position++) {
            for (int i = 0; i < columns; i++) {
                boolean turns = i < frequencies.length;
                double angle = turns ? position * frequencies[i] : 0;
                cosines[position * columns + i] = (float) (Math.cos(angle) * (turns ? magnitude : 1));
                sines[position * columns + i] = (float) (Math.sin(angle) * magnitude);
            }
        }
        return new RotaryTable(cosines, sines, positions, columns);
    }

    private static double magnitude(Scaling scaling) {
        return switch (scaling) {
            case Scaling.Yarn yarn -> yarn.attentionFactor();
            case Scaling.LongRope longRope -> longRope.attentionFactor();
            case Scaling.None _, Scaling.Linear _, Scaling.Dynamic _, Scaling.Llama3 _ -> 1;
        };
    }

    private static double[] frequencies(Rotary rotary, int context) {
        int width = rotary.width();
        double[] frequencies = new double[width / 2];
        double theta = rotary.theta();
        if (rotary.scaling() instanceof Scaling.Dynamic dynamic && context > dynamic.original()) {
            double stretch = dynamic.factor() * context / dynamic.original() - (dynamic.factor() - 1);
            theta *= Math.pow(stretch, width / (width - 2.0));
        }
        for (int i = 0; i < frequencies.length; i++) {
            frequencies[i] = Math.pow(theta, -2.0 * i / width);
        }
        switch (rotary.scaling()) {
            case Scaling.None _, Scaling.Dynamic _ -> {}
            case Scaling.Linear linear -> each(frequencies, frequency -> frequency / linear.factor());
            case Scaling.Llama3 llama3 -> each(frequencies, frequency -> llama3(llama3, frequency));
            case Scaling.Yarn yarn -> yarn(yarn, rotary, frequencies);
            case Scaling.LongRope longRope -> {
                List<Double> factors = context > longRope.original() ? longRope.longFactors() : longRope.shortFactors();
                for (int i = 0; i < frequencies.length; i++) {
                    frequencies[i] /= factors.get(i);
                }
            }
        }
        return frequencies;
    }

    private static void each(double[] values, DoubleUnaryOperator function) {
        for (int i = 0; i < values.length; i++) {
            values[i] = function.applyAsDouble(values[i]);
        }
    }

    private static double llama3(Scaling.Llama3 scaling, double frequency) {
        double turns = scaling.original() * frequency / (2 * Math.PI);
        if (turns < scaling.lowFrequency()) {
            return frequency / scaling.factor();
        }
        if (turns > scaling.highFrequency()) {
            return frequency;
        }
        double smooth = (turns - scaling.lowFrequency()) / (scaling.highFrequency() - scaling.lowFrequency());
        return (1 - smooth) * frequency / scaling.factor() + smooth * frequency;
    }

    private static void yarn(Scaling.Yarn yarn, Rotary rotary, double[] frequencies) {
        double low = dimension(yarn.betaFast(), yarn, rotary);
        double high = dimension(yarn.betaSlow(), yarn, rotary);
        if (yarn.truncate()) {
            low = Math.floor(low);
            high = Math.ceil(high);
        }
        low = Math.max(low, 0);
        high = Math.min(high, rotary.width() - 1.0);
        double span = high == low ? 0.001 : high - low;
        for (int i = 0; i < frequencies.length; i++) {
            double ramp = Math.clamp((i - low) / span, 0.0, 1.0);
            frequencies[i] = frequencies[i] * (1 - ramp) + frequencies[i] / yarn.factor() * ramp;
        }
    }

    /** The dimension whose wave turns that often within the original context. */
    private static double dimension(double turns, Scaling.Yarn yarn, Rotary rotary) {
        return rotary.width() * Math.log(yarn.original() / (turns * 2 * Math.PI)) / (2 * Math.log(rotary.theta()));
    }
}
