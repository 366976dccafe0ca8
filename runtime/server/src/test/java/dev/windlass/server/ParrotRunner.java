package dev.windlass.server;

import dev.windlass.engine.run.Batch;
import dev.windlass.engine.run.Logits;
import dev.windlass.engine.run.ModelRunner;
import dev.windlass.engine.run.Span;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A model that answers a chat's message {@code say X} with X, any other message with "Hello!", and goes on with a text
 * that is no chat by repeating its last letter.
 */
final class ParrotRunner implements ModelRunner {
    private static final float SURE = 20;

    final AtomicLong steps = new AtomicLong();
    volatile Runnable beforeStep = () -> {};

    private final ByteTokenizer tokenizer = new ByteTokenizer();
    private final int slots;
    private final int capacity;

    ParrotRunner(int slots, int capacity) {
        this.slots = slots;
        this.capacity = capacity;
    }

    @Override
    public int vocabularySize() {
        return tokenizer.vocabularySize();
    }

    @Override
    public int slots() {
        return slots;
    }

    @Override
    public int capacity() {
        return capacity;
    }

    @Override
    public Logits run(Batch batch) {
        beforeStep.run();
        steps.incrementAndGet();
        int rows = batch.spans().stream().mapToInt(Span::logits).sum();
        var values = new float[rows * vocabularySize()];
        int row = 0;
        for (var span : batch.spans()) {
            for (int i = span.count() - span.logits(); i < span.count(); i++) {
                score(values, row++ * vocabularySize(), span.tokens(), span.start() + i + 1);
            }
        }
        return new Logits(MemorySegment.ofArray(values), rows, vocabularySize());
    }

    private void score(float[] values, int offset, int[] tokens, int length) {
        for (int id = 0; id < vocabularySize(); id++) {
            // A little different for every token, so that the most probable ones have an order; blanks come last, or
            // else
            // a grammar that allows any number of them would get any number of them.
            values[offset + id] = -id / 1000f - (id <= ' ' ? 5 : 0);
        }
        values[offset + next(tokens, length)] = SURE;
    }

    private int next(int[] tokens, int length) {
        int assistant = -1;
        for (int i = 0; i < length; i++) {
            if (tokens[i] == ByteTokenizer.BEGIN) {
                assistant = i;
            }
        }
        if (assistant < 0) {
            return tokens[length - 1] < 256 ? tokens[length - 1] : 'a';
        }
        int begin = assistant + "assistant\n".length() + 1;
        if (length < begin) {
            return ' ';
        }
        byte[] answer = answer(tokenizer.text(tokens, assistant)).getBytes(StandardCharsets.UTF_8);
        int said = length - begin;
        return said < answer.length ? answer[said] & 0xff : ByteTokenizer.END;
    }

    private static String answer(String conversation) {
        int say = conversation.lastIndexOf("say ");
        if (say < 0) {
            return "Hello!";
        }
        return conversation.substring(say + "say ".length(), conversation.indexOf("<|end|>", say));
    }

    @Override
    public void copy(int sourceSlot, int targetSlot, int length) {}

    @Override
    public void close() {}
}
