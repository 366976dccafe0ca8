package dev.windlass.model.artifact;

import dev.windlass.model.artifact.ArtifactManifest.StoredMatrix;
import dev.windlass.model.safetensors.SafetensorsWriter;
import dev.windlass.model.safetensors.SafetensorsWriter.Declaration;
import dev.windlass.model.weight.BlockQuantizer;
import dev.windlass.model.weight.Quantization;
import dev.windlass.model.weight.Weight;
import dev.windlass.model.weight.WeightFormat;
import dev.windlass.model.work.Workers;
import dev.windlass.onnx.graph.ElementType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** Writes weights in the formats their roles ask for, a few rows at a time, so that memory stays bounded. */
final class WeightConverter {
    static final String VALUES = ".values";
    static final String SCALES = ".scales";
    static final String ZERO_POINTS = ".zero_points";

    /** The float32 rows that one thread holds. */
    private static final long CHUNK_BYTES = 4 << 20;

    private final Quantization quantization;
    private final Workers workers;

    WeightConverter(Quantization quantization, Workers workers) {
        this.quantization = quantization;
        this.workers = workers;
    }

    /** What will be stored of these weights. */
    List<StoredMatrix> matrices(List<Weight> weights) {
        return weights.stream()
                .map(w -> StoredMatrix.of(w.name(), w.rows(), w.columns(), quantization.format(w)))
                .toList();
    }

    /** Writes the file and waits until it is on the disk. */
    void write(Path file, List<Weight> weights, Progress progress) throws IOException {
        var declarations = new ArrayList<Declaration>();
        weights.forEach(weight -> declare(weight, declarations));
        try (var writer = SafetensorsWriter.create(file, declarations, Map.of("format", "windlass"))) {
            var done = new AtomicLong();
            var tasks = new ArrayList<Workers.Task>();
            long total = 0;
            for (var weight : weights) {
                total += weight.rows() * weight.columns() * Float.BYTES;
                chunk(weight, writer, done, tasks);
            }
            long all = total;
            workers.run(tasks, () -> progress.update(Progress.Phase.CONVERTING, done.get(), all));
            progress.update(Progress.Phase.SYNCING, all, all);
            writer.force();
        }
    }

    private void declare(Weight weight, List<Declaration> declarations) {
        var name = weight.name();
        long rows = weight.rows();
        switch (quantization.format(weight)) {
            case WeightFormat.Dense dense ->
                declarations.add(new Declaration(name, dense.type(), List.of(rows, weight.columns())));
            case WeightFormat.Blocks format -> {
                long columns = weight.columns();
                var values = List.of(rows, format.valueBytes(columns));
                declarations.add(new Declaration(name + VALUES, ElementType.UINT8, values));
                declarations.add(
                        new Declaration(name + SCALES, ElementType.FLOAT, List.of(rows, format.blocks(columns))));
                var zeroPoints = List.of(rows, format.zeroPointBytes(columns));
                declarations.add(new Declaration(name + ZERO_POINTS, ElementType.UINT8, zeroPoints));
            }
        }
    }

    private void chunk(Weight weight, SafetensorsWriter writer, AtomicLong done, List<Workers.Task> tasks) {
        long rowBytes = weight.columns() * Float.BYTES;
        int most = Math.clamp(CHUNK_BYTES / Math.max(1, rowBytes), 1, Integer.MAX_VALUE);
        for (long first = 0; first < weight.rows(); first += most) {
            long from = first;
            int count = (int) Math.min(most, weight.rows() - first);
            tasks.add(() -> {
                convert(weight, from, count, writer);
                done.addAndGet(count * rowBytes);
            });
        }
    }

    private void convert(Weight weight, long first, int count, SafetensorsWriter writer) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var name = weight.name();
            long columns = weight.columns();
            var floats = arena.allocate(count * columns * Float.BYTES, Float.BYTES);
            weight.source().read(first, count, floats);
            switch (quantization.format(weight)) {
                case WeightFormat.Dense _ -> writer.write(name, first * columns * Float.BYTES, floats);
                case WeightFormat.Blocks format -> {
                    long valueBytes = format.valueBytes(columns);
                    long scaleBytes = format.blocks(columns) * Float.BYTES;
                    long zeroPointBytes = format.zeroPointBytes(columns);
                    var values = arena.allocate(count * valueBytes);
                    var scales = arena.allocate(count * scaleBytes, Float.BYTES);
                    var zeroPoints = arena.allocate(count * zeroPointBytes);
                    new BlockQuantizer(name, format, columns).quantize(floats, count, values, scales, zeroPoints);
                    writer.write(name + VALUES, first * valueBytes, values);
                    writer.write(name + SCALES, first * scaleBytes, scales);
                    writer.write(name + ZERO_POINTS, first * zeroPointBytes, zeroPoints);
                }
            }
        }
    }
}
