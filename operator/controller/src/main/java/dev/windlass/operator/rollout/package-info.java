/**
 * Decides how users move from one revision to the next: a pure function of what is observed, what is wished and the time.
 *
 * <p>{@link dev.windlass.operator.rollout.RolloutPlanner} is the way in. Nothing here knows Kubernetes, reads a clock,
 * waits or does I/O; whoever calls gathers the observation, applies the plan and stores its state.
 */
@NullMarked
package dev.windlass.operator.rollout;

import org.jspecify.annotations.NullMarked;
