package dev.windlass.engine;

import dev.windlass.engine.GenerationEvent.TokenLogprobs;
import dev.windlass.engine.GenerationEvent.Usage;
import dev.windlass.engine.grammar.TokenConstraint;
import dev.windlass.engine.sample.SamplingState;
import dev.windlass.engine.schedule.Sequence;
import dev.windlass.engine.token.StopMatcher;
import dev.windlass.engine.token.TextStream;
import dev.windlass.engine.token.Tokenizer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request the engine works on, with all that outlives a preemption: its tokens, its text, its random numbers, its place
 * in its grammar. Times are {@link System#nanoTime} values. Confined to the engine's thread but for its {@link #events}.
 */
final class ActiveRequest extends Sequence {
    /** Longer than any engine runs. */
    private static final Duration FOREVER = Duration.ofDays(36_500);

    final GenerationRequest request;
    final EventStream events;
    final SamplingState sampling;
    final TextStream text;
    final StopMatcher stops;
    final @Nullable TokenConstraint constraint;
    final long submitted;
    final long deadline;

    /** What was scored of the prompt so far; null once it was published or when nothing is to be scored. */
    @Nullable
    List<@Nullable TokenLogprobs> promptScores;

    long pausedSince;
    private final int[] ends;
    private long started;
    private long firstToken;
    private long lastToken;
    private boolean hasStarted;

    ActiveRequest(GenerationRequest request, Tokenizer tokenizer, EventStream events, long arrival, long now) {
        super(
                request.prompt(),
                request.priority(),
                arrival,
                request.promptLogprobs().isPresent());
        var limits = request.limits();
        var grammar = request.grammar();
        Set<Integer> ending = new HashSet<>(limits.stopTokens());
        if (!limits.ignoreEnd() || grammar != null) {
            ending.addAll(tokenizer.endTokens());
        }
        this.request = request;
        this.events = events;
        this.ends = ending.stream().mapToInt(Integer::intValue).sorted().toArray();
        this.sampling = new SamplingState(request.sampling(), request.prompt(), ending, limits.minimumTokens());
        this.text = TextStream.continuing(tokenizer, limits.skipSpecialTokens());
        this.stops = new StopMatcher(limits.stopStrings(), limits.includeStop());
        this.constraint = grammar == null ? null : grammar.start();
        this.submitted = now;
        this.deadline = now + (request.timeout().compareTo(FOREVER) < 0 ? request.timeout() : FOREVER).toNanos();
        if (request.promptLogprobs().isPresent()) {
            promptScores = new ArrayList<>(promptLength());
            promptScores.add(null);
        }
    }

    /** Whether a token ends the output. */
    boolean endsWith(int token) {
        return Arrays.binarySearch(ends, token) >= 0;
    }

    boolean hasStarted() {
        return hasStarted;
    }

    void start(long now) {
        hasStarted = true;
        started = now;
    }

    /** Takes note of the time of a token. */
    void tick(long now) {
        if (generated() == 1) {
            firstToken = now;
        }
        lastToken = now;
    }

    long lastToken() {
        return lastToken;
    }

    Usage usage(long now) {
        boolean hasTokens = generated() > 0;
        return new Usage(
                promptLength(),
                cached(),
                generated(),
                Duration.ofNanos((hasStarted ? started : now) - submitted),
                hasStarted ? Duration.ofNanos((hasTokens ? firstToken : now) - started) : Duration.ZERO,
                hasTokens ? Duration.ofNanos(lastToken - firstToken) : Duration.ZERO);
    }
}
