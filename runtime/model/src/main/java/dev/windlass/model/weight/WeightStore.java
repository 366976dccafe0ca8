package dev.windlass.model.weight;

/** Where a graph builder gets its weights from: an artifact, or a float32 checkpoint used in place. */
public interface WeightStore {
    /** @throws IllegalArgumentException when there is no weight of that name */
    StoredWeight get(String name);
}
