package dev.windlass.operator.rollout;

/** What another source than the gateways says of one revision. */
public sealed interface Answer {
    /** A finite number. */
    record Value(double number) implements Answer {}

    /**
     * No number.
     *
     * @param reason why not, in the words that people read
     */
    record None(String reason) implements Answer {}

    /** It was asked and has not answered yet: the check waits. Whoever asks sees to it that this ends. */
    record Pending() implements Answer {}
}
