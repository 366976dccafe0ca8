package dev.windlass.model.graph;

import dev.windlass.onnx.graph.Attribute;
import dev.windlass.onnx.graph.ElementType;
import dev.windlass.onnx.graph.Graph;
import dev.windlass.onnx.graph.Initializer;
import dev.windlass.onnx.graph.Node;
import dev.windlass.onnx.graph.ValueInfo;
import dev.windlass.onnx.graph.ValueInfo.Dimension;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Collects a graph's nodes in the order they are written. Values are known by their names. */
final class GraphWriter {
    static final String STANDARD = "";
    static final String MICROSOFT = "com.microsoft";

    private final List<ValueInfo> inputs = new ArrayList<>();
    private final List<ValueInfo> outputs = new ArrayList<>();
    private final Map<String, Initializer> initializers = new LinkedHashMap<>();
    private final List<Node> nodes = new ArrayList<>();
    private final Set<String> names = new HashSet<>();
    private final Map<String, Integer> opsets = new HashMap<>();
    private String scope = "";

    /** Names the part of the model that the next nodes belong to. */
    void scope(String name) {
        scope = name;
    }

    /** Declares an input whose axes are sizes ({@link Integer}) or names ({@link String}). */
    String input(String name, ElementType type, Object... axes) {
        inputs.add(value(name, type, axes));
        return name;
    }

    void output(String name, ElementType type, Object... axes) {
        outputs.add(value(name, type, axes));
    }

    /** Adds a constant once; a second one of the same name is taken to be the same. */
    String constant(Initializer initializer) {
        initializers.putIfAbsent(initializer.name(), initializer);
        return initializer.name();
    }

    /** Writes a standard operator with one output. */
    String node(String operator, Map<String, Attribute> attributes, String... inputNames) {
        return node(STANDARD, operator, attributes, List.of(inputNames), 1).getFirst();
    }

    /** Writes a standard operator with one output and no attributes. */
    String node(String operator, String... inputNames) {
        return node(operator, Map.of(), inputNames);
    }

    /** Writes an operator and names its outputs. */
    List<String> node(
            String domain, String operator, Map<String, Attribute> attributes, List<String> inputNames, int results) {
        String name = unique(scope.isEmpty() ? operator : scope + "." + operator);
        List<String> outputNames = new ArrayList<>();
        for (int i = 0; i < results; i++) {
            outputNames.add(i == 0 ? name + ".out" : name + ".out" + i);
        }
        write(domain, operator, name, attributes, inputNames, outputNames);
        return outputNames;
    }

    /** Writes an operator whose outputs have names already; an empty name leaves an output out. */
    void write(
            String domain,
            String operator,
            String name,
            Map<String, Attribute> attributes,
            List<String> inputNames,
            List<String> outputNames) {
        opsets.put(domain, domain.isEmpty() ? 21 : 1);
        nodes.add(new Node(operator, domain, name, inputNames, outputNames, attributes));
    }

    String unique(String name) {
        String candidate = name;
        for (int i = 2; !names.add(candidate); i++) {
            candidate = name + i;
        }
        return candidate;
    }

    Graph graph(String name) {
        return new Graph(name, inputs, outputs, List.copyOf(initializers.values()), nodes, opsets);
    }

    private static ValueInfo value(String name, ElementType type, Object... axes) {
        List<Dimension> shape = new ArrayList<>();
        for (Object axis : axes) {
            shape.add(
                    axis instanceof Integer size ? new Dimension.Fixed(size) : new Dimension.Symbolic(axis.toString()));
        }
        return new ValueInfo(name, type, shape);
    }
}
