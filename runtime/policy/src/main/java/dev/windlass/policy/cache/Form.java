package dev.windlass.policy.cache;

import java.util.Optional;

/** What is asked for. */
enum Form {
    Chat("/v1/chat/completions", "chat.completion", "chat.completion.chunk", "chatcmpl-"),
    Text("/v1/completions", "text_completion", "text_completion", "cmpl-"),
    Embedding("/v1/embeddings", "list", "", "");

    private final String path;
    private final String whole;
    private final String chunk;
    private final String prefix;

    Form(String path, String whole, String chunk, String prefix) {
        this.path = path;
        this.whole = whole;
        this.chunk = chunk;
        this.prefix = prefix;
    }

    static Optional<Form> of(String path) {
        for (var form : values()) {
            if (form.path.equals(path)) {
                return Optional.of(form);
            }
        }
        return Optional.empty();
    }

    /** What a whole answer calls itself. */
    String whole() {
        return whole;
    }

    /** What an event calls itself. */
    String chunk() {
        return chunk;
    }

    /** How ids begin. */
    String prefix() {
        return prefix;
    }

    boolean generates() {
        return this != Embedding;
    }
}
