/** What users are told: {@link dev.windlass.operator.status.StatusCalculator} makes the status from what was seen and decided. */
@NullMarked
package dev.windlass.operator.status;

import org.jspecify.annotations.NullMarked;
