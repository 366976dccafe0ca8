package dev.windlass.engine.run;

import java.util.Objects;

/**
 * Consecutive tokens of one sequence to compute in one step: one token of a running sequence, or a chunk of a prompt.
 *
 * @param slot where the sequence's keys and values live
 * @param start the position of the first token, and so the number of positions already computed in the slot
 * @param tokens the sequence's tokens; the span's are {@code tokens[start]} to {@code tokens[start + count - 1]}
 * @param count how many tokens to compute, at least 1
 * @param logits how many rows of logits are wanted, for the span's last positions: 0, 1 or up to {@code count}
 */
public record Span(int slot, int start, int[] tokens, int count, int logits) {
    public Span {
        Objects.requireNonNull(tokens, "tokens");
        if (slot < 0 || start < 0 || count < 1 || start + count > tokens.length || logits < 0 || logits > count) {
            throw new IllegalArgumentException("span out of range: slot %d, start %d, count %d, logits %d, tokens %d"
                    .formatted(slot, start, count, logits, tokens.length));
        }
    }
}
