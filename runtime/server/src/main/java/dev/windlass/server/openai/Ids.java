package dev.windlass.server.openai;

import dev.windlass.engine.grammar.ToolCallFormat;
import dev.windlass.engine.grammar.ToolCallFormat.Call;
import java.util.UUID;

/** Makes the ids of what the API returns. */
final class Ids {
    private Ids() {}

    static String chat() {
        return "chatcmpl-" + random();
    }

    static String completion() {
        return "cmpl-" + random();
    }

    static String toolCall(ToolCallFormat format) {
        return switch (format.call()) {
            case Call.Json _ -> "call_" + random().substring(0, 24);
            // Mistral's templates refuse ids of any other length when the conversation goes on.
            case Call.JsonList _, Call.Named _ -> random().substring(0, 9);
        };
    }

    private static String random() {
        return UUID.randomUUID().toString().replace("-", "");
    }
}
