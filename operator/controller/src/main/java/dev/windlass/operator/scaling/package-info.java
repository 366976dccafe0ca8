/**
 * Decides how many replicas a model needs: a pure function of samples, settings, what was decided before and the time.
 *
 * <p>{@link dev.windlass.operator.scaling.Autoscaler} is the way in. The number it gives is the total that a rollout
 * shares out among revisions, so it counts load over all of them and is not misled by the surge.
 */
@NullMarked
package dev.windlass.operator.scaling;

import org.jspecify.annotations.NullMarked;
