package dev.windlass.model.family;

import dev.windlass.model.weight.Checkpoint;
import dev.windlass.model.weight.Weight;
import java.util.List;

/** A model as a value: what is computed, and where in a checkpoint the weights for it are. */
public sealed interface ModelSpec permits DecoderSpec, EncoderSpec {
    /** The model type it was described from. */
    String family();

    /** The longest text the model was made for, in tokens. */
    int maximumPositions();

    /**
     * Every weight of the model with its values bound to a checkpoint.
     *
     * @throws dev.windlass.model.InvalidModelException naming the tensor, when one is missing or has another shape or type
     */
    List<Weight> weights(Checkpoint checkpoint);
}
