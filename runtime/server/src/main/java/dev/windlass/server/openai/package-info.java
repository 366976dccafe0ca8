/** OpenAI's API, with what vLLM added to it: from JSON to generation requests, and from events back to JSON. */
@NullMarked
package dev.windlass.server.openai;

import org.jspecify.annotations.NullMarked;
