/** From a decoder's description to a graph: one walk over it, which two sets of operators write down. */
@NullMarked
package dev.windlass.model.graph;

import org.jspecify.annotations.NullMarked;
