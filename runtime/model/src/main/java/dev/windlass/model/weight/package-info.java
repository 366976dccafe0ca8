/** The weights of a model as the graph wants them, whatever the checkpoint called and cut them. */
@NullMarked
package dev.windlass.model.weight;

import org.jspecify.annotations.NullMarked;
