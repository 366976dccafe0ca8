/** The runtime's process: an HTTP server that speaks OpenAI's API over the engine. */
@NullMarked
package dev.windlass.server;

import org.jspecify.annotations.NullMarked;
