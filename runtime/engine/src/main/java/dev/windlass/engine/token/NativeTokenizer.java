package dev.windlass.engine.token;

import ai.djl.huggingface.tokenizers.jni.LibUtils;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import dev.windlass.engine.run.EncoderText;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * A tokenizer of Hugging Face's library. DJL's own class is passed by: for each encoding it fetches a string and a span
 * per token, which costs more than to encode.
 */
final class NativeTokenizer implements AutoCloseable {
    static {
        // DJL would look for a GPU, and for a library for it in the net. The tokenizer runs on the CPU everywhere.
        setIfAbsent("RUST_FLAVOR", "cpu");
        setIfAbsent("ai.djl.offline", "true");
    }

    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private final long handle;
    private boolean closed;

    private NativeTokenizer(long handle) {
        this.handle = handle;
    }

    private static void setIfAbsent(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    /** @param json the contents of a tokenizer.json; what it says on truncation and padding is not heeded */
    static NativeTokenizer of(String json) {
        try {
            LibUtils.checkStatus();
            long handle = TokenizersLibrary.LIB.createTokenizerFromString(json);
            TokenizersLibrary.LIB.disableTruncation(handle);
            TokenizersLibrary.LIB.disablePadding(handle);
            return new NativeTokenizer(handle);
        } catch (RuntimeException e) {
            throw new TokenizerException("tokenizer.json cannot be loaded", e);
        }
    }

    int[] encode(String text, boolean addSpecialTokens) {
        lock.readLock().lock();
        try {
            checkOpen();
            long encoding = TokenizersLibrary.LIB.encode(handle, text, addSpecialTokens);
            try {
                return narrow(TokenizersLibrary.LIB.getTokenIds(encoding));
            } finally {
                TokenizersLibrary.LIB.deleteEncoding(encoding);
            }
        } finally {
            lock.readLock().unlock();
        }
    }

    /**
     * Encodes a text, or two of them as one, with what the tokenizer's post-processor puts around them.
     *
     * @throws IllegalArgumentException when there is no token at all
     */
    EncoderText encode(String first, @Nullable String second) {
        lock.readLock().lock();
        try {
            checkOpen();
            long encoding = second == null
                    ? TokenizersLibrary.LIB.encode(handle, first, true)
                    : TokenizersLibrary.LIB.encodeDual(handle, first, second, true);
            try {
                return new EncoderText(
                        narrow(TokenizersLibrary.LIB.getTokenIds(encoding)),
                        narrow(TokenizersLibrary.LIB.getTypeIds(encoding)));
            } finally {
                TokenizersLibrary.LIB.deleteEncoding(encoding);
            }
        } finally {
            lock.readLock().unlock();
        }
    }

    private static int[] narrow(long[] ids) {
        var tokens = new int[ids.length];
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = (int) ids[i];
        }
        return tokens;
    }

    /** The library's own decoding, against which ours is tested. */
    String decode(long[] ids, boolean skipSpecialTokens) {
        lock.readLock().lock();
        try {
            checkOpen();
            return TokenizersLibrary.LIB.decode(handle, ids, skipSpecialTokens);
        } finally {
            lock.readLock().unlock();
        }
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("the tokenizer is closed");
        }
    }

    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                TokenizersLibrary.LIB.deleteTokenizer(handle);
            }
        } finally {
            lock.writeLock().unlock();
        }
    }
}
