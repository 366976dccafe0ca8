/** The front door's process: OpenAI's API over every model of a cluster. */
@NullMarked
package dev.windlass.gateway;

import org.jspecify.annotations.NullMarked;
