/** Asks a canary its smoke prompts before any user meets it. */
@NullMarked
package dev.windlass.operator.smoke;

import org.jspecify.annotations.NullMarked;
