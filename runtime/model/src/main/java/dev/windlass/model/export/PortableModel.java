package dev.windlass.model.export;

import dev.windlass.model.family.DecoderSpec;
import dev.windlass.model.graph.DecoderGraphBuilder;
import dev.windlass.model.weight.WeightStore;
import dev.windlass.onnx.file.OnnxFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;

/** Writes a decoder as a file of standard ONNX operators, for any runtime that reads them. */
public final class PortableModel {
    private PortableModel() {}

    /**
     * Writes {@code file} and, beside it, {@code file.data} with the weights.
     *
     * @param weights float32, since standard operators know no quantised ones
     * @param maximumPositions the longest context the file will be used for
     */
    public static void write(DecoderSpec spec, WeightStore weights, int maximumPositions, Path file)
            throws IOException {
        try (Arena constants = Arena.ofShared()) {
            OnnxFile.write(new DecoderGraphBuilder(spec, weights, constants).portable(maximumPositions), file);
        }
    }
}
