package dev.windlass.server.load;

import dev.windlass.engine.token.HuggingFaceTokenizer;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** A tokenizer that is being opened on a thread of its own, while the session is. */
final class TokenizerOpening {
    private final CompletableFuture<HuggingFaceTokenizer> future;

    private TokenizerOpening(CompletableFuture<HuggingFaceTokenizer> future) {
        this.future = future;
    }

    static TokenizerOpening begin(Path directory) {
        return new TokenizerOpening(CompletableFuture.supplyAsync(
                () -> HuggingFaceTokenizer.open(directory),
                task -> Thread.ofPlatform().daemon().name("tokenizer").start(task)));
    }

    HuggingFaceTokenizer await() {
        try {
            return future.join();
        } catch (CompletionException failure) {
            throw failure.getCause() instanceof RuntimeException cause ? cause : failure;
        }
    }

    /** Waits for what is being opened, so that nothing is left open behind a failure elsewhere. */
    void close() {
        future.handle((tokenizer, _) -> {
                    if (tokenizer != null) {
                        tokenizer.close();
                    }
                    return true;
                })
                .join();
    }
}
