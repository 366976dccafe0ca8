package dev.windlass.model.graph;

import dev.windlass.model.weight.StoredWeight;
import dev.windlass.model.weight.Weight;
import dev.windlass.model.weight.WeightStore;
import dev.windlass.onnx.graph.ElementType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** All weights as float32, read at once. */
final class FloatWeights implements WeightStore {
    private final Map<String, StoredWeight> weights = new HashMap<>();

    FloatWeights(List<Weight> described, Arena arena) {
        for (Weight weight : described) {
            MemorySegment data = arena.allocate(weight.rows() * weight.columns() * Float.BYTES, 64);
            weight.source().read(0, (int) weight.rows(), data);
            weights.put(
                    weight.name(), new StoredWeight.Dense(weight.rows(), weight.columns(), ElementType.FLOAT, data));
        }
    }

    @Override
    public StoredWeight get(String name) {
        StoredWeight weight = weights.get(name);
        if (weight == null) {
            throw new IllegalArgumentException("there is no weight " + name);
        }
        return weight;
    }
}
