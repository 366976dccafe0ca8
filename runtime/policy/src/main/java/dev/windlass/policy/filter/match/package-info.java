/**
 * Finds in a text that arrives in parts what rules look for, and knows at every moment from where on more text could still make a
 * match. What is found depends on the text alone, and not on where it was cut.
 */
@NullMarked
package dev.windlass.policy.filter.match;

import org.jspecify.annotations.NullMarked;
