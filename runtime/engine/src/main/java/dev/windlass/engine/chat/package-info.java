/** From generated text to a chat answer: reasoning, content and tool calls, told apart while the text streams. */
@NullMarked
package dev.windlass.engine.chat;

import org.jspecify.annotations.NullMarked;
