/** What the server measures, under its own names and under vLLM's. */
@NullMarked
package dev.windlass.server.metrics;

import org.jspecify.annotations.NullMarked;
