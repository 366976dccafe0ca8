package dev.windlass.gateway.measure;

/**
 * What clients experienced of a revision since the gateway began; only {@code inFlight} goes down.
 *
 * @param requests those that ended, in whatever way
 * @param errors of them, those with a status of the 5xx or a stream that broke
 * @param clientErrors of them, those with a status of the 4xx
 * @param cancellations of them, those whose client left
 * @param retries attempts that broke before a first token and began again elsewhere; not among the requests
 * @param mirrored of the requests, those that were copies
 * @param filterBlocks of the requests, those whose answer the content filter cut off
 * @param timeToFirstToken in seconds, from sending a request on to the first of its output
 * @param interTokenLatency in seconds, between events of a stream
 */
public record RevisionReading(
        String revision,
        long requests,
        long errors,
        long clientErrors,
        long cancellations,
        long retries,
        long mirrored,
        long inFlight,
        long promptTokens,
        long generatedTokens,
        long filterBlocks,
        HistogramReading timeToFirstToken,
        HistogramReading interTokenLatency) {}
