/** A small client for any OpenAI-compatible server: what {@code chat} talks with and {@code bench} measures with. */
@NullMarked
package dev.windlass.cli.client;

import org.jspecify.annotations.NullMarked;
