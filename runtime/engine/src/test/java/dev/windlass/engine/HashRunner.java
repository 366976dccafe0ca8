package dev.windlass.engine;

import dev.windlass.engine.run.Batch;
import dev.windlass.engine.run.Logits;
import dev.windlass.engine.run.ModelRunner;
import dev.windlass.engine.run.Span;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A model whose keys and values are a hash of the tokens up to a position, and whose logits are a hash of that: a stale
 * prefix, a copy forgotten or a slot mixed up gives other tokens. It writes rubbish beyond the length of every row, as a
 * runner that computes a rectangle does, and refuses spans that do not continue what their slot holds.
 */
final class HashRunner implements ModelRunner {
    private static final long SEED = 0x9E3779B97F4A7C15L;

    final AtomicLong computed = new AtomicLong();
    final AtomicLong copied = new AtomicLong();
    final AtomicLong steps = new AtomicLong();
    volatile int largestBatch;
    volatile boolean closed;
    volatile Runnable beforeStep = () -> {};

    private final int vocabularySize;
    private final int capacity;
    private final long[][] cells;
    private final int[][] tokens;

    HashRunner(int vocabularySize, int slots, int capacity) {
        this.vocabularySize = vocabularySize;
        this.capacity = capacity;
        this.cells = new long[slots][capacity];
        this.tokens = new int[slots][capacity];
    }

    @Override
    public int vocabularySize() {
        return vocabularySize;
    }

    @Override
    public int slots() {
        return cells.length;
    }

    @Override
    public int capacity() {
        return capacity;
    }

    @Override
    public Logits run(Batch batch) {
        beforeStep.run();
        steps.incrementAndGet();
        largestBatch = Math.max(largestBatch, batch.spans().size());
        for (int slot = 0; slot < cells.length; slot++) {
            int length = batch.lengths()[slot];
            if (length < capacity) {
                cells[slot][length] = -1;
                tokens[slot][length] = -1;
            }
        }
        int rows = batch.spans().stream().mapToInt(Span::logits).sum();
        var values = new float[rows * vocabularySize];
        int row = 0;
        for (var span : batch.spans()) {
            compute(span, batch.lengths()[span.slot()]);
            for (int i = span.count() - span.logits(); i < span.count(); i++) {
                score(cells[span.slot()][span.start() + i], values, row++ * vocabularySize);
            }
        }
        return new Logits(MemorySegment.ofArray(values), rows, vocabularySize);
    }

    private void compute(Span span, int length) {
        if (length != span.start()) {
            throw new IllegalStateException(
                    "slot %d: length %d, span from %d".formatted(span.slot(), length, span.start()));
        }
        for (int i = 0; i < span.start(); i++) {
            if (tokens[span.slot()][i] != span.tokens()[i]) {
                throw new IllegalStateException("slot %d holds another token at position %d".formatted(span.slot(), i));
            }
        }
        for (int i = span.start(); i < span.start() + span.count(); i++) {
            long before = i == 0 ? SEED : cells[span.slot()][i - 1];
            tokens[span.slot()][i] = span.tokens()[i];
            cells[span.slot()][i] = mix(before * 31 + span.tokens()[i]);
        }
        computed.addAndGet(span.count());
    }

    private void score(long cell, float[] values, int from) {
        for (int token = 0; token < vocabularySize; token++) {
            values[from + token] = (mix(cell + token) >>> 40) * 0x1p-24f * 8;
        }
    }

    private static long mix(long value) {
        long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    @Override
    public void copy(int sourceSlot, int targetSlot, int length) {
        if (length < 1 || sourceSlot == targetSlot) {
            throw new IllegalStateException(
                    "a copy of %d positions from %d to %d".formatted(length, sourceSlot, targetSlot));
        }
        System.arraycopy(cells[sourceSlot], 0, cells[targetSlot], 0, length);
        System.arraycopy(tokens[sourceSlot], 0, tokens[targetSlot], 0, length);
        copied.addAndGet(length);
    }

    @Override
    public void close() {
        closed = true;
    }
}
