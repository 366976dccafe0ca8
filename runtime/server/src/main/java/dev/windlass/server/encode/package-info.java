/** What encoders answer over HTTP: embeddings as OpenAI has them, rankings and classes as vLLM has them. */
@NullMarked
package dev.windlass.server.encode;

import org.jspecify.annotations.NullMarked;
