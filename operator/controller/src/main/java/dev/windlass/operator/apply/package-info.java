/** Brings what is wanted into the cluster, and tells people what happened. */
@NullMarked
package dev.windlass.operator.apply;

import org.jspecify.annotations.NullMarked;
