/**
 * What the next step computes, and in which slots: decided from the sequences alone. No clock, no thread, no model, so
 * that a table of calls tests it.
 */
@NullMarked
package dev.windlass.engine.schedule;

import org.jspecify.annotations.NullMarked;
