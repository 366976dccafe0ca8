package dev.windlass.server.openai;

import dev.windlass.engine.GenerationEvent.FinishReason;

/** OpenAI's words for why an output ended. */
final class FinishReasons {
    private FinishReasons() {}

    /** The reason of a chat's choice, which may have ended with function calls. */
    static String name(FinishReason reason, boolean called) {
        return called && reason == FinishReason.STOP ? "tool_calls" : name(reason);
    }

    static String name(FinishReason reason) {
        return switch (reason) {
            case STOP -> "stop";
            case LENGTH -> "length";
            case ABORT -> "abort";
        };
    }
}
