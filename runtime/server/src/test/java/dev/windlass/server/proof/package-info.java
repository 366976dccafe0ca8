/** Whole models through the real loader, runtime and server: what Windlass promises, tried on them. */
@NullMarked
package dev.windlass.server.proof;

import org.jspecify.annotations.NullMarked;
