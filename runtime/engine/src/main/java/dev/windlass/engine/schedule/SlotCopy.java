package dev.windlass.engine.schedule;

/** Keys and values of positions 0 to {@code length} - 1 to copy before the step runs. */
public record SlotCopy(int source, int target, int length) {}
