/** Logging of every process: how lines look, which are written, and how that changes while it runs. */
@NullMarked
package dev.windlass.logging;

import org.jspecify.annotations.NullMarked;
