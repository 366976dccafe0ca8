/**
 * What the gateways experienced: read from each of them, kept for as long as a window may be, and asked for by revision.
 *
 * <p>{@link dev.windlass.operator.gateway.Gateways} is the rim that asks; {@link
 * dev.windlass.operator.gateway.GatewayHistory} is what is remembered.
 */
@NullMarked
package dev.windlass.operator.gateway;

import org.jspecify.annotations.NullMarked;
