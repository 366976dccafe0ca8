package dev.windlass.server.openai;

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

    static String toolCall() {
        return "call_" + random().substring(0, 24);
    }

    private static String random() {
        return UUID.randomUUID().toString().replace("-", "");
    }
}
