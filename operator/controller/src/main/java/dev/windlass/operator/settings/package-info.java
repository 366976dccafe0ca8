/** From what a spec says to what the planners take. */
@NullMarked
package dev.windlass.operator.settings;

import org.jspecify.annotations.NullMarked;
