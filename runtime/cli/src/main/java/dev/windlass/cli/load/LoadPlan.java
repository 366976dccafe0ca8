package dev.windlass.cli.load;

import java.util.Objects;

/**
 * What a load run sends.
 *
 * @param requests how many requests each level of concurrency makes in all
 * @param promptTokens roughly how many tokens each prompt has; the server's own count is reported
 * @param sharedPrefix how many of them are the same in every prompt, to measure prefix reuse
 * @param outputTokens how many tokens each request asks for, to the end whatever the model says
 * @param chat whether to use the chat endpoint rather than completions
 */
public record LoadPlan(
        String model, int requests, int promptTokens, int sharedPrefix, int outputTokens, boolean chat, long seed) {
    public LoadPlan {
        Objects.requireNonNull(model, "model");
        if (requests < 1 || promptTokens < 1 || outputTokens < 1 || sharedPrefix < 0 || sharedPrefix > promptTokens) {
            throw new IllegalArgumentException(
                    "a load needs at least one request, prompt token and output token, and a shared prefix no longer than the prompt");
        }
    }
}
