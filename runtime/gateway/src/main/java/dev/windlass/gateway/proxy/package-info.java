/** The way of a request: read, route, forward, relay, and begin again where that is safe. */
@NullMarked
package dev.windlass.gateway.proxy;

import org.jspecify.annotations.NullMarked;
