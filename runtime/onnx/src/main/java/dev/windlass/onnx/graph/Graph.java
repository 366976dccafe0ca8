package dev.windlass.onnx.graph;

import java.util.List;
import java.util.Map;

/**
 * A whole graph, nodes in topological order.
 *
 * @param opsets the version of every operator domain the nodes use
 */
public record Graph(
        String name,
        List<ValueInfo> inputs,
        List<ValueInfo> outputs,
        List<Initializer> initializers,
        List<Node> nodes,
        Map<String, Integer> opsets) {
    public Graph {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        initializers = List.copyOf(initializers);
        nodes = List.copyOf(nodes);
        opsets = Map.copyOf(opsets);
    }
}
