package dev.windlass.operator.scaling;

import java.time.Instant;

/** A value, and when it was taken. */
public record Reading(double value, Instant at) {}
