/** What clients experienced, by deployment and revision: the facts that rollouts and autoscaling are decided on. */
@NullMarked
package dev.windlass.gateway.measure;

import org.jspecify.annotations.NullMarked;
