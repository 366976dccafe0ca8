package dev.windlass.model.artifact;

import dev.windlass.model.ModelFiles;
import dev.windlass.model.weight.Quantization;
import dev.windlass.model.weight.WeightFormat;
import dev.windlass.onnx.graph.ElementType;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What an artifact says of itself, in artifact.json.
 *
 * @param formatVersion {@link #FORMAT_VERSION} when it was written
 * @param key the digest of everything it was made from
 * @param source where the model came from, for people to read
 * @param files the size of every other file
 */
public record ArtifactManifest(
        int formatVersion,
        String key,
        String source,
        String family,
        Quantization quantization,
        long parameters,
        Map<String, Long> files,
        List<StoredMatrix> weights) {
    /** Goes up whenever the same model and options would be stored differently. */
    public static final int FORMAT_VERSION = 2;

    public ArtifactManifest {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(family, "family");
        Objects.requireNonNull(quantization, "quantization");
        files = Map.copyOf(files);
        for (var name : files.keySet()) {
            if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,250}") && !name.equals(ModelFiles.POOLING)) {
                throw new IllegalArgumentException("files: expected plain names, found " + name);
            }
        }
        weights = List.copyOf(weights);
    }

    /**
     * One weight.
     *
     * @param bits 4 or 8, or 32 for float32
     * @param block the length of a block, or 0 for float32
     */
    public record StoredMatrix(String name, long rows, long columns, int bits, int block) {
        private static final long LARGEST = 1L << 31;

        public StoredMatrix {
            Objects.requireNonNull(name, "name");
            if (rows < 0 || rows > LARGEST || columns < 0 || columns > LARGEST) {
                throw new IllegalArgumentException(
                        "weight %s: expected sizes of 0 to %d, found %d x %d".formatted(name, LARGEST, rows, columns));
            }
            if (block == 0 && bits != 32) {
                throw new IllegalArgumentException(
                        "weight %s: expected 32 bits without blocks, found %d".formatted(name, bits));
            }
            if (block != 0) {
                WeightFormat.Blocks.check(bits, block);
            }
        }

        /** How the values are stored. */
        public WeightFormat format() {
            return block == 0 ? new WeightFormat.Dense(ElementType.FLOAT) : new WeightFormat.Blocks(bits, block);
        }

        static StoredMatrix of(String name, long rows, long columns, WeightFormat format) {
            return switch (format) {
                case WeightFormat.Dense dense ->
                    new StoredMatrix(name, rows, columns, 8 * dense.type().bytes(), 0);
                case WeightFormat.Blocks blocks -> new StoredMatrix(name, rows, columns, blocks.bits(), blocks.block());
            };
        }
    }
}
