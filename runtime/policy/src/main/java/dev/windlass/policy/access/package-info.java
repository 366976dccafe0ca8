/** Who may ask for what. */
@NullMarked
package dev.windlass.policy.access;

import org.jspecify.annotations.NullMarked;
