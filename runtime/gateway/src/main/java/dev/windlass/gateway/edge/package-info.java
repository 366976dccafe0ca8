/** The policies of a gateway, made of what its command line says. */
@NullMarked
package dev.windlass.gateway.edge;

import org.jspecify.annotations.NullMarked;
