package dev.windlass.operator.gateway;

import dev.windlass.operator.gateway.GatewaySample.RevisionSample;
import dev.windlass.operator.rollout.Measurement;
import java.time.Instant;
import java.util.Map;

/** What was counted of a revision, by one gateway or by several, since they began or over a window. */
record RevisionTraffic(
        long requests,
        long errors,
        long filterBlocks,
        long generatedTokens,
        Histogram firstToken,
        Histogram interToken) {
    static final RevisionTraffic NONE = new RevisionTraffic(0, 0, 0, 0, Histogram.NONE, Histogram.NONE);

    /** Without what says nothing of the revision: the caller's own faults, and callers who left. */
    static RevisionTraffic of(RevisionSample sample) {
        return new RevisionTraffic(
                Math.max(0, sample.requests() - sample.clientErrors() - sample.cancellations()),
                sample.errors(),
                sample.filterBlocks(),
                sample.generatedTokens(),
                sample.timeToFirstToken(),
                sample.interTokenLatency());
    }

    /** What came since; a counter that went back began again. */
    RevisionTraffic since(RevisionTraffic earlier) {
        if (requests < earlier.requests || generatedTokens < earlier.generatedTokens) {
            return this;
        }
        return new RevisionTraffic(
                requests - earlier.requests,
                Math.max(0, errors - earlier.errors),
                Math.max(0, filterBlocks - earlier.filterBlocks),
                generatedTokens - earlier.generatedTokens,
                firstToken.since(earlier.firstToken),
                interToken.since(earlier.interToken));
    }

    RevisionTraffic and(RevisionTraffic other) {
        return new RevisionTraffic(
                requests + other.requests,
                errors + other.errors,
                filterBlocks + other.filterBlocks,
                generatedTokens + other.generatedTokens,
                firstToken.and(other.firstToken),
                interToken.and(other.interToken));
    }

    /** What a canary is judged by, if this is a window's. */
    Measurement measured(Instant from, Instant to) {
        return new Measurement(
                from,
                to,
                requests,
                Math.min(errors, requests),
                firstToken.quantile(0.95),
                interToken.quantile(0.95),
                filterBlocks,
                Map.of());
    }
}
