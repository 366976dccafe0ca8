package dev.windlass.engine.grammar;

/** Whether a model has to call functions. */
public sealed interface ToolChoice {
    /** Text, calls, or both. */
    record Auto() implements ToolChoice {}

    /** At least one call. */
    record Required() implements ToolChoice {}

    /** A call of this function. */
    record Named(String name) implements ToolChoice {}
}
