/** What the operator measures of itself: {@code windlass_operator_*}, at its operations port. */
@NullMarked
package dev.windlass.operator.telemetry;

import org.jspecify.annotations.NullMarked;
