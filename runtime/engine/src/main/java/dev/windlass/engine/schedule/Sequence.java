package dev.windlass.engine.schedule;

import java.util.Arrays;
import java.util.Comparator;

/**
 * A prompt and what was generated after it, and how far its keys and values are computed. What lags is what there is to
 * do: {@code length - computed} is 1 while it decodes and more while its prompt, or a recomputation, is under way.
 */
public class Sequence {
    /** Who is served first: the smaller priority, then the earlier arrival. */
    static final Comparator<Sequence> ORDER =
            Comparator.comparingInt(Sequence::priority).thenComparingLong(Sequence::arrival);

    static final int NO_SLOT = -1;

    private final int promptLength;
    private final int priority;
    private final long arrival;
    private final boolean scored;
    private int[] tokens;
    private int length;
    private int computed;
    private int slot = NO_SLOT;
    private int cached = -1;
    private int scoredLength;
    private int startLength;
    private boolean paused;

    /**
     * @param prompt kept, not copied
     * @param arrival unique, and larger for what came later
     * @param scored whether logits are wanted for every position of the prompt
     */
    protected Sequence(int[] prompt, int priority, long arrival, boolean scored) {
        this.tokens = prompt;
        this.promptLength = prompt.length;
        this.length = prompt.length;
        this.priority = priority;
        this.arrival = arrival;
        this.scored = scored;
    }

    /** Adds a generated token. */
    public final void append(int token) {
        if (length == tokens.length) {
            // A new array: slots and spans that refer to the old one still find in it what they knew.
            tokens = Arrays.copyOf(tokens, Math.max(16, length + (length >> 1)));
        }
        tokens[length++] = token;
    }

    /** Prompt and output; only the first {@link #length()} count. */
    public final int[] tokens() {
        return tokens;
    }

    public final int length() {
        return length;
    }

    public final int promptLength() {
        return promptLength;
    }

    public final int generated() {
        return length - promptLength;
    }

    /** How many positions hold keys and values in the slot. */
    public final int computed() {
        return computed;
    }

    /** How many tokens of the prompt were found in the cache when the sequence first got a slot. */
    public final int cached() {
        return Math.max(0, cached);
    }

    public final int priority() {
        return priority;
    }

    public final long arrival() {
        return arrival;
    }

    /** Whether it holds a slot. */
    public final boolean isRunning() {
        return slot != NO_SLOT;
    }

    public final boolean isPaused() {
        return paused;
    }

    /** A paused sequence is not scheduled; whether it keeps its slot meanwhile is for others to say. */
    public final void pause(boolean paused) {
        this.paused = paused;
    }

    final int slot() {
        return slot;
    }

    final int remaining() {
        return length - computed;
    }

    /** Whether the next chunk starts inside a prompt whose every position is to be scored. */
    final boolean isScoring() {
        return scored && computed < promptLength && scoredLength < promptLength;
    }

    /** How many leading positions may come from elsewhere: the last token is always computed, for its logits. */
    final int reusable() {
        return scored && scoredLength < promptLength ? scoredLength : length - 1;
    }

    /** Whether anything was generated since it got its slot. */
    final boolean hasProgressed() {
        return length > startLength;
    }

    final void start(int slot, int cachedLength) {
        this.slot = slot;
        this.startLength = length;
        this.computed = cachedLength;
        if (cached < 0) {
            cached = cachedLength;
        }
    }

    final void move(int target) {
        slot = target;
    }

    final void advance(int count) {
        computed += count;
        scoredLength = Math.max(scoredLength, Math.min(computed, promptLength));
    }

    final void stop() {
        slot = NO_SLOT;
        computed = 0;
    }
}
