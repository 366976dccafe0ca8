/** From a row of logits to a token: penalties, bias, masks, temperature, truncation and a seeded draw. */
@NullMarked
package dev.windlass.engine.sample;

import org.jspecify.annotations.NullMarked;
