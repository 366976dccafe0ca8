/** The operator's process: {@link dev.windlass.operator.Main} starts it, {@link dev.windlass.operator.OperatorProcess} is it. */
@NullMarked
package dev.windlass.operator;

import org.jspecify.annotations.NullMarked;
