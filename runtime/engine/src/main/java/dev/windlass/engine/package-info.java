/** Continuous batching: requests go in, token events come out, and one thread schedules, runs and postprocesses. */
@NullMarked
package dev.windlass.engine;

import org.jspecify.annotations.NullMarked;
