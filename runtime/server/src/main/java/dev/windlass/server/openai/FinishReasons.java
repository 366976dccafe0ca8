package dev.windlass.server.openai;

import dev.windlass.engine.GenerationEvent.FinishReason;

/** OpenAI's words for why an output ended. */
final class FinishReasons {
    static final String TOOL_CALLS = "tool_calls";

    private FinishReasons() {}

    static String name(FinishReason reason) {
        return switch (reason) {
            case STOP -> "stop";
            case LENGTH -> "length";
            case ABORT -> "abort";
        };
    }
}
