/** Where routes come from. */
@NullMarked
package dev.windlass.gateway.source;

import org.jspecify.annotations.NullMarked;
