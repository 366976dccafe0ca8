package dev.windlass.onnx.graph;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * One operation.
 *
 * @param domain empty for the standard operators, {@code com.microsoft} for ONNX Runtime's own
 * @param inputs names of values; an empty name stands for an optional input left out
 */
public record Node(
        String operator,
        String domain,
        String name,
        List<String> inputs,
        List<String> outputs,
        Map<String, Attribute> attributes) {
    public Node {
        Objects.requireNonNull(operator, "operator");
        Objects.requireNonNull(domain, "domain");
        Objects.requireNonNull(name, "name");
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        attributes = Map.copyOf(attributes);
    }
}
