/** From a model's address to a model that is served: the one place that knows all the parts. */
@NullMarked
package dev.windlass.server.load;

import org.jspecify.annotations.NullMarked;
