/** From the objects a cluster has to what the planners take. */
@NullMarked
package dev.windlass.operator.observe;

import org.jspecify.annotations.NullMarked;
