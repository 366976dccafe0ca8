/** The port between the engine and whatever computes a model: a batch of token spans goes in, logits come out. */
@NullMarked
package dev.windlass.engine.run;

import org.jspecify.annotations.NullMarked;
