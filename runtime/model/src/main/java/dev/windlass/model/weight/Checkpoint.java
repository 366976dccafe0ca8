package dev.windlass.model.weight;

import java.util.Optional;

/** The tensors a model was published with, by their names, however many files hold them. Thread-safe. */
public interface Checkpoint {
    /** The tensor of that name, or empty when the checkpoint has none. */
    Optional<Tensor> find(String name);
}
