/** Asks a Prometheus, or whatever has its HTTP API, for values that a canary is judged by. */
@NullMarked
package dev.windlass.operator.prometheus;

import org.jspecify.annotations.NullMarked;
