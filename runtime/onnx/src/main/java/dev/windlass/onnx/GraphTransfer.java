package dev.windlass.onnx;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.windlass.onnx.ffi.ModelEditorApi;
import dev.windlass.onnx.ffi.OrtApi;
import dev.windlass.onnx.graph.Attribute;
import dev.windlass.onnx.graph.Graph;
import dev.windlass.onnx.graph.Initializer;
import dev.windlass.onnx.graph.Node;
import dev.windlass.onnx.graph.ValueInfo;
import dev.windlass.onnx.graph.ValueInfo.Dimension;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Hands a graph to ONNX Runtime piece by piece through the model-editor API; no protobuf, no copy of the weights. */
final class GraphTransfer {
    /** Below this ONNX Runtime wants the data itself, since shape inference may have to read it. */
    private static final long SMALLEST_EXTERNAL = 128;

    private final OrtApi api;
    private final ModelEditorApi editor;
    private final Arena scratch;

    private GraphTransfer(OrtApi api, Arena scratch) {
        this.api = api;
        this.editor = api.modelEditor();
        this.scratch = scratch;
    }

    static MemorySegment createSession(
            OrtApi api, MemorySegment environment, MemorySegment options, Graph graph, Arena scratch) {
        return new GraphTransfer(api, scratch).createSession(environment, options, graph);
    }

    private MemorySegment createSession(MemorySegment environment, MemorySegment options, Graph graph) {
        List<String> domains = new ArrayList<>();
        var versions = scratch.allocate(JAVA_INT, graph.opsets().size());
        graph.opsets().forEach((domain, version) -> {
            versions.setAtIndex(JAVA_INT, domains.size(), version);
            domains.add(domain);
        });
        MemorySegment model = editor.createModel(names(domains), versions, scratch);
        try {
            handOver(fill(graph), editor::releaseGraph, filled -> editor.addGraph(model, filled));
            return editor.createSession(environment, model, options, scratch);
        } finally {
            editor.releaseModel(model);
        }
    }

    private MemorySegment fill(Graph graph) {
        MemorySegment target = editor.createGraph(scratch);
        try {
            handOverAll(graph.inputs(), infos -> editor.setInputs(target, infos));
            handOverAll(graph.outputs(), infos -> editor.setOutputs(target, infos));
            for (Initializer initializer : graph.initializers()) {
                add(target, initializer);
            }
            for (Node node : graph.nodes()) {
                handOver(create(node), editor::releaseNode, created -> editor.addNode(target, created));
            }
            return target;
        } catch (RuntimeException | Error failure) {
            editor.releaseGraph(target);
            throw failure;
        }
    }

    /** Gives an object to its new owner, or releases it where that fails. */
    private static void handOver(MemorySegment handle, Consumer<MemorySegment> release, Consumer<MemorySegment> give) {
        try {
            give.accept(handle);
        } catch (RuntimeException | Error failure) {
            release.accept(handle);
            throw failure;
        }
    }

    private void handOverAll(List<ValueInfo> values, Consumer<MemorySegment> give) {
        List<MemorySegment> infos = new ArrayList<>(values.size());
        try {
            for (ValueInfo value : values) {
                infos.add(editor.createValueInfo(value.name(), value.type().number(), sizes(value), scratch));
            }
            give.accept(pointers(infos));
        } catch (RuntimeException | Error failure) {
            infos.forEach(editor::releaseValueInfo);
            throw failure;
        }
    }

    private static long[] sizes(ValueInfo value) {
        return value.shape().stream()
                .mapToLong(axis -> switch (axis) {
                    case Dimension.Fixed(long size) -> size;
                    case Dimension.Symbolic ignored -> -1;
                })
                .toArray();
    }

    private void add(MemorySegment graph, Initializer initializer) {
        MemorySegment data = initializer.data();
        boolean external = data.isNative() && data.byteSize() >= SMALLEST_EXTERNAL;
        if (external) {
            add(graph, initializer, data, true);
        } else if (data.byteSize() < SMALLEST_EXTERNAL) {
            // Copied by ONNX Runtime when the session is created, while scratch is still open.
            add(
                    graph,
                    initializer,
                    scratch.allocate(data.byteSize(), Long.BYTES).copyFrom(data),
                    false);
        } else {
            throw new IllegalArgumentException(
                    "initializer %s: expected native memory for %d bytes, got an array on the heap"
                            .formatted(initializer.name(), data.byteSize()));
        }
    }

    private void add(MemorySegment graph, Initializer initializer, MemorySegment data, boolean external) {
        var shape = scratch.allocateFrom(
                JAVA_LONG,
                initializer.shape().stream().mapToLong(Long::longValue).toArray());
        MemorySegment memoryInfo = api.createCpuMemoryInfo(scratch);
        try {
            handOver(
                    api.createTensor(memoryInfo, data, shape, initializer.type().number(), scratch),
                    api::releaseValue,
                    tensor -> editor.addInitializer(graph, initializer.name(), tensor, external, scratch));
        } finally {
            api.releaseMemoryInfo(memoryInfo);
        }
    }

    private MemorySegment create(Node node) {
        List<MemorySegment> attributes = new ArrayList<>(node.attributes().size());
        try {
            for (Map.Entry<String, Attribute> attribute : node.attributes().entrySet()) {
                attributes.add(create(attribute.getKey(), attribute.getValue()));
            }
            return editor.createNode(
                    node.operator(),
                    node.domain(),
                    node.name(),
                    names(node.inputs()),
                    names(node.outputs()),
                    pointers(attributes),
                    scratch);
        } catch (RuntimeException | Error failure) {
            attributes.forEach(editor::releaseAttribute);
            throw failure;
        }
    }

    /** The last argument of each case is its number in OrtOpAttrType. */
    private MemorySegment create(String name, Attribute value) {
        return switch (value) {
            case Attribute.Int(long number) ->
                editor.createAttribute(name, scratch.allocateFrom(JAVA_LONG, number), 1, 1, scratch);
            case Attribute.Ints(List<Long> numbers) -> {
                long[] all = numbers.stream().mapToLong(Long::longValue).toArray();
                yield editor.createAttribute(name, scratch.allocateFrom(JAVA_LONG, all), all.length, 2, scratch);
            }
            case Attribute.Real(float number) ->
                editor.createAttribute(name, scratch.allocateFrom(JAVA_FLOAT, number), 1, 3, scratch);
            case Attribute.Reals(List<Float> numbers) -> {
                var all = scratch.allocate(JAVA_FLOAT, numbers.size());
                for (int i = 0; i < numbers.size(); i++) {
                    all.setAtIndex(JAVA_FLOAT, i, numbers.get(i));
                }
                yield editor.createAttribute(name, all, numbers.size(), 4, scratch);
            }
            case Attribute.Text(String text) -> {
                int bytes = text.getBytes(StandardCharsets.UTF_8).length;
                yield editor.createAttribute(name, scratch.allocateFrom(text), bytes, 5, scratch);
            }
        };
    }

    private MemorySegment names(List<String> texts) {
        return pointers(texts.stream().map(scratch::allocateFrom).toList());
    }

    private MemorySegment pointers(List<MemorySegment> segments) {
        var array = scratch.allocate(ADDRESS, segments.size());
        for (int i = 0; i < segments.size(); i++) {
            array.setAtIndex(ADDRESS, i, segments.get(i));
        }
        return array;
    }
}
