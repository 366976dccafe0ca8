/** What operators and probes ask of a gateway, on a port of its own. */
@NullMarked
package dev.windlass.gateway.operations;

import org.jspecify.annotations.NullMarked;
