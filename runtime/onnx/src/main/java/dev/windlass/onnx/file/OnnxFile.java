package dev.windlass.onnx.file;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.windlass.onnx.graph.Attribute;
import dev.windlass.onnx.graph.Graph;
import dev.windlass.onnx.graph.Initializer;
import dev.windlass.onnx.graph.Node;
import dev.windlass.onnx.graph.ValueInfo;
import dev.windlass.onnx.graph.ValueInfo.Dimension;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;

/**
 * Writes a graph as an .onnx file with its big initialisers in a second file beside it, {@code model.onnx.data} for
 * {@code model.onnx}. The field numbers are those of onnx.proto, which is the specification of the format. The weights
 * go from their memory to the file, whatever their size, without passing through the heap.
 */
public final class OnnxFile {
    private static final int IR_VERSION = 10;
    private static final int EXTERNAL = 1;

    /** Smaller tensors stay in the model, where shape inference finds them and where they cost less than a page. */
    private static final long SMALLEST_EXTERNAL = 4096;

    private final String dataName;
    private final ExternalData data;

    private OnnxFile(String dataName, ExternalData data) {
        this.dataName = dataName;
        this.data = data;
    }

    /**
     * Writes both files, replacing older ones of their names only when they are complete.
     *
     * @param file the model; the name of the data file follows from it and is recorded in it, so keep them together
     */
    public static void write(Graph graph, Path file) throws IOException {
        Path dataFile = beside(file, ".data");
        Path partialModel = beside(file, ".partial");
        Path partialData = beside(dataFile, ".partial");
        try {
            try (var channel = FileChannel.open(partialData, CREATE, TRUNCATE_EXISTING, WRITE)) {
                var writer = new OnnxFile(name(dataFile), new ExternalData(channel));
                Files.write(partialModel, writer.model(graph).toBytes());
            }
            Files.move(partialData, dataFile, StandardCopyOption.REPLACE_EXISTING);
            Files.move(partialModel, file, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(partialModel);
            Files.deleteIfExists(partialData);
        }
    }

    private static Path beside(Path file, String suffix) {
        return file.resolveSibling(name(file) + suffix);
    }

    private static String name(Path file) {
        Path name = file.getFileName();
        if (name == null) {
            throw new IllegalArgumentException("expected the path of a file, got \"%s\"".formatted(file));
        }
        return name.toString();
    }

    private Message model(Graph graph) throws IOException {
        var model = new Message().integer(1, IR_VERSION).text(2, "windlass").message(7, graph(graph));
        graph.opsets()
                .forEach((domain, version) ->
                        model.message(8, new Message().text(1, domain).integer(2, version)));
        return model;
    }

    private Message graph(Graph graph) throws IOException {
        var message = new Message().text(2, graph.name());
        for (Node node : graph.nodes()) {
            message.message(1, node(node));
        }
        for (Initializer initializer : graph.initializers()) {
            message.message(5, tensor(initializer));
        }
        for (ValueInfo input : graph.inputs()) {
            message.message(11, valueInfo(input));
        }
        for (ValueInfo output : graph.outputs()) {
            message.message(12, valueInfo(output));
        }
        return message;
    }

    private static Message node(Node node) {
        var message = new Message();
        node.inputs().forEach(input -> message.text(1, input));
        node.outputs().forEach(output -> message.text(2, output));
        message.text(3, node.name()).text(4, node.operator()).text(7, node.domain());
        node.attributes().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> message.message(5, attribute(entry.getKey(), entry.getValue())));
        return message;
    }

    /** Field 20 is the attribute's type. */
    private static Message attribute(String name, Attribute value) {
        var message = new Message().text(1, name);
        return switch (value) {
            case Attribute.Real(float number) -> message.real(2, number).integer(20, 1);
            case Attribute.Int(long number) -> message.integer(3, number).integer(20, 2);
            case Attribute.Text(String text) -> message.text(4, text).integer(20, 3);
            case Attribute.Reals(List<Float> numbers) -> {
                numbers.forEach(number -> message.real(7, number));
                yield message.integer(20, 6);
            }
            case Attribute.Ints(List<Long> numbers) -> {
                numbers.forEach(number -> message.integer(8, number));
                yield message.integer(20, 7);
            }
        };
    }

    private Message tensor(Initializer initializer) throws IOException {
        var message = new Message();
        initializer.shape().forEach(size -> message.integer(1, size));
        message.integer(2, initializer.type().number()).text(8, initializer.name());
        long bytes = initializer.data().byteSize();
        if (bytes < SMALLEST_EXTERNAL) {
            return message.bytes(9, initializer.data().toArray(ValueLayout.JAVA_BYTE));
        }
        long offset = data.write(initializer.data());
        return message.message(13, entry("location", dataName))
                .message(13, entry("offset", Long.toString(offset)))
                .message(13, entry("length", Long.toString(bytes)))
                .integer(14, EXTERNAL);
    }

    private static Message entry(String key, String value) {
        return new Message().text(1, key).text(2, value);
    }

    private static Message valueInfo(ValueInfo info) {
        var shape = new Message();
        for (Dimension dimension : info.shape()) {
            shape.message(
                    1,
                    switch (dimension) {
                        case Dimension.Fixed(long size) -> new Message().integer(1, size);
                        case Dimension.Symbolic(String symbol) -> new Message().text(2, symbol);
                    });
        }
        var tensor = new Message().integer(1, info.type().number()).message(2, shape);
        return new Message().text(1, info.name()).message(2, new Message().message(1, tensor));
    }
}
