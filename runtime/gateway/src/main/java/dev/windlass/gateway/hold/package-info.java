/** Where requests wait for models that sleep. */
@NullMarked
package dev.windlass.gateway.hold;

import org.jspecify.annotations.NullMarked;
