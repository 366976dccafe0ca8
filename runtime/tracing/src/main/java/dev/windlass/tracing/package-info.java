/** Spans of requests, by OpenTelemetry. */
@NullMarked
package dev.windlass.tracing;

import org.jspecify.annotations.NullMarked;
