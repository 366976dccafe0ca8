/** Programs that measure what policies cost. */
@NullMarked
package dev.windlass.policy.load;

import org.jspecify.annotations.NullMarked;
