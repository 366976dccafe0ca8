package dev.windlass.gateway.measure;

import java.util.concurrent.atomic.LongAdder;

/** Counts what clients experienced of one revision. */
public final class RevisionMeter {
    private final LongAdder requests = new LongAdder();
    private final LongAdder errors = new LongAdder();
    private final LongAdder clientErrors = new LongAdder();
    private final LongAdder cancellations = new LongAdder();
    private final LongAdder retries = new LongAdder();
    private final LongAdder mirrored = new LongAdder();
    private final LongAdder inFlight = new LongAdder();
    private final LongAdder promptTokens = new LongAdder();
    private final LongAdder generatedTokens = new LongAdder();
    private final LongAdder filterBlocks = new LongAdder();
    private final Latencies firstToken = new Latencies(Latencies.FIRST_TOKEN);
    private final Latencies interToken = new Latencies(Latencies.INTER_TOKEN);

    /** How a request ended. */
    public enum Outcome {
        /** Answered to the end. */
        Completed,
        /** A status of the 5xx, or a stream that broke. */
        Error,
        /** A status of the 4xx. */
        ClientError,
        /** The client left before the end. */
        Cancelled,
        /** Broke before its first token, and begins again elsewhere. */
        Retried
    }

    /** A request goes there. */
    public void begin() {
        inFlight.increment();
    }

    /** It is there no longer. */
    public void leave() {
        inFlight.decrement();
    }

    /** How it ended; a request that begins again elsewhere is counted where it ends. */
    public void count(Outcome outcome) {
        if (outcome == Outcome.Retried) {
            retries.increment();
            return;
        }
        requests.increment();
        switch (outcome) {
            case Completed, Retried -> {}
            case Error -> errors.increment();
            case ClientError -> clientErrors.increment();
            case Cancelled -> cancellations.increment();
        }
    }

    /** How a copy ended. */
    public void countCopy(Outcome outcome) {
        mirrored.increment();
        count(outcome);
    }

    /** @param nanos from sending the request on to the first of its output */
    public void firstToken(long nanos) {
        firstToken.add(nanos);
    }

    /** @param nanos since the event before */
    public void interToken(long nanos) {
        interToken.add(nanos);
    }

    public void tokens(long prompt, long generated) {
        promptTokens.add(prompt);
        generatedTokens.add(generated);
    }

    /** The content filter cut its answer off. */
    public void filterBlocked() {
        filterBlocks.increment();
    }

    RevisionReading read(String revision) {
        return new RevisionReading(
                revision,
                requests.sum(),
                errors.sum(),
                clientErrors.sum(),
                cancellations.sum(),
                retries.sum(),
                mirrored.sum(),
                inFlight.sum(),
                promptTokens.sum(),
                generatedTokens.sum(),
                filterBlocks.sum(),
                firstToken.read(),
                interToken.read());
    }
}
