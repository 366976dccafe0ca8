/** What the server serves: models by name, and whether they are ready. */
@NullMarked
package dev.windlass.server.registry;

import org.jspecify.annotations.NullMarked;
