/** Text to tokens and back, exactly: tokenizers, streaming decoding and chat templates. */
@NullMarked
package dev.windlass.engine.token;

import org.jspecify.annotations.NullMarked;
