/** The place of the rules that requests meet before they are routed. */
@NullMarked
package dev.windlass.gateway.edge;

import org.jspecify.annotations.NullMarked;
