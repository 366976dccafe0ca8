package dev.windlass.policy.cache;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.windlass.policy.Arrival;
import dev.windlass.policy.Ending;
import dev.windlass.policy.EventSink;
import dev.windlass.policy.Passage;
import dev.windlass.policy.Patience;
import dev.windlass.policy.StoredAnswer;
import dev.windlass.policy.Usage;
import dev.windlass.policy.WholeAnswer;
import dev.windlass.policy.cache.CacheMeter.CacheResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One request with one answer: looks for it, waits for it, or brings it. */
final class CachePassage implements Passage {
    /** How long one waits for another's answer before it asks by itself. */
    private static final Duration LONGEST = Duration.ofSeconds(60);

    private static final Duration LOOK = Duration.ofMillis(100);
    private static final Duration HEARTBEAT = Duration.ofSeconds(5);

    private final ResponseCache cache;
    private final Arrival arrival;
    private final CacheRequest request;
    private final String revision;
    private final Duration ttl;
    private Flights.@Nullable Flight flight;
    private @Nullable AnswerAssembly stream;
    private @Nullable WholeAnswer whole;
    private boolean isAnswered;

    CachePassage(ResponseCache cache, Arrival arrival, CacheRequest request, String revision, Duration ttl) {
        this.cache = cache;
        this.arrival = arrival;
        this.request = request;
        this.revision = revision;
        this.ttl = ttl;
    }

    @Override
    public Optional<StoredAnswer> stored(Patience patience) {
        if (!request.reads()) {
            return none();
        }
        long begun = System.nanoTime();
        while (true) {
            var place = cache.flights().join(request.key());
            if (place.leads()) {
                flight = place.flight();
                // Only now: an answer that landed before we began is there.
                var found = cache.answers().find(request.key());
                if (found.isEmpty()) {
                    return none();
                }
                flight.end(new Flights.Landed(found.get(), true));
                flight = null;
                return give(CacheResult.Hit, found.get());
            }
            switch (await(place.flight(), patience, begun)) {
                case Flights.Landed landed -> {
                    return give(landed.isOld() ? CacheResult.Hit : CacheResult.Shared, landed.answer());
                }
                case Flights.Crashed _ -> {
                    return none();
                }
                case Flights.Abandoned _ -> {}
            }
        }
    }

    private Flights.Landing await(Flights.Flight other, Patience patience, long begun) {
        // Where the wait shows signs of life the headers leave with the first of them.
        arrival.reply(ResponseCache.HEADER, CacheResult.Shared.word());
        long heard = System.nanoTime();
        while (System.nanoTime() - begun < LONGEST.toNanos()) {
            var landing = other.await(LOOK);
            if (landing != null) {
                return landing;
            }
            patience.requireGoing();
            if (System.nanoTime() - heard > HEARTBEAT.toNanos()) {
                patience.keepAlive();
                heard = System.nanoTime();
            }
        }
        return new Flights.Crashed();
    }

    private Optional<StoredAnswer> none() {
        cache.tell(arrival, CacheResult.Miss);
        return Optional.empty();
    }

    private Optional<StoredAnswer> give(CacheResult result, byte[] answer) {
        isAnswered = true;
        cache.tell(arrival, result);
        try {
            var body = (ObjectNode) cache.mapper().readTree(answer);
            if (request.form().generates()) {
                // An id names one answer to one client.
                body.put(
                        "id",
                        request.form().prefix() + UUID.randomUUID().toString().replace("-", ""));
                body.put("created", cache.clock().instant().getEpochSecond());
            }
            return Optional.of(new StoredAnswer(
                    revision,
                    request.streams() && request.form().generates()
                            ? new StoredAnswer.Events(
                                    AnswerEvents.of(request.form(), body, request.includesUsage(), cache.mapper()))
                            : new StoredAnswer.Whole(new WholeAnswer(
                                    200, "application/json", cache.mapper().writeValueAsBytes(body)))));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    @Override
    public EventSink events(EventSink next) {
        if (isAnswered || !request.form().generates()) {
            return next;
        }
        var assembly = new AnswerAssembly(request.form(), cache.mapper(), 4 * ResponseCache.MOST_BYTES);
        stream = assembly;
        return new EventSink() {
            @Override
            public boolean event(byte[] event, int length, Kind kind) {
                assembly.event(event, length, kind);
                return next.event(event, length, kind);
            }

            @Override
            public void end() {
                next.end();
            }
        };
    }

    @Override
    public WholeAnswer answer(WholeAnswer answer) {
        if (!isAnswered && answer.status() == 200 && answer.body().length <= ResponseCache.MOST_BYTES) {
            whole = answer;
        }
        return answer;
    }

    @Override
    public void end(Ending ending) {
        if (isAnswered) {
            return;
        }
        boolean isGood = ending.outcome() == Ending.Outcome.Completed && revision.equals(ending.revision());
        byte[] answer = isGood ? encode(ending.usage()) : null;
        if (answer != null) {
            cache.answers().keep(request.key(), answer, ttl);
        }
        if (flight != null) {
            flight.end(
                    answer != null
                            ? new Flights.Landed(answer, false)
                            : ending.outcome() == Ending.Outcome.Left
                                    ? new Flights.Abandoned()
                                    : new Flights.Crashed());
        }
    }

    /** What to keep; null where there is nothing that would come out the same again. */
    private byte @Nullable [] encode(@Nullable Usage usage) {
        try {
            JsonNode answer = whole != null
                    ? cache.mapper().readTree(whole.body())
                    : stream == null ? null : stream.whole(usage).orElse(null);
            if (!(answer instanceof ObjectNode) || !ResponseCache.isFinal(request.form(), answer)) {
                return null;
            }
            byte[] bytes = whole != null ? whole.body() : cache.mapper().writeValueAsBytes(answer);
            return bytes.length > ResponseCache.MOST_BYTES ? null : bytes;
        } catch (IOException malformed) {
            return null;
        }
    }
}
