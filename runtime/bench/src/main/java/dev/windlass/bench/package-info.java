/** Programs that measure: run them by the scripts in hack/bench. */
@NullMarked
package dev.windlass.bench;

import org.jspecify.annotations.NullMarked;
