package dev.windlass.policy.cache;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The requests whose answers are on their way, so that the same one that comes meanwhile waits and does not ask. */
final class Flights {
    private final ConcurrentMap<CacheKey, Flight> running = new ConcurrentHashMap<>();

    /** How one ended. */
    sealed interface Landing {}

    /** @param isOld whether the answer lay there already */
    @SuppressWarnings("ArrayRecordComponent")
    record Landed(byte[] answer, boolean isOld) implements Landing {}

    /** The client of the first one left: another may take its place. */
    record Abandoned() implements Landing {}

    /** There is no answer to share. */
    record Crashed() implements Landing {}

    /** The first request of its kind, which must end it. */
    final class Flight {
        private final CacheKey key;
        private final CompletableFuture<Landing> landing = new CompletableFuture<>();

        private Flight(CacheKey key) {
            this.key = key;
        }

        /** Ends it; who comes later begins anew. */
        void end(Landing how) {
            running.remove(key, this);
            landing.complete(how);
        }

        /** Null where it has not ended in that time. */
        @Nullable
        Landing await(Duration patience) {
            try {
                return landing.get(patience.toNanos(), TimeUnit.NANOSECONDS);
            } catch (TimeoutException goesOn) {
                return null;
            } catch (ExecutionException impossible) {
                throw new IllegalStateException(impossible);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return new Crashed();
            }
        }
    }

    /** @param leads whether it began with this request */
    record Place(Flight flight, boolean leads) {}

    Place join(CacheKey key) {
        var mine = new Flight(key);
        var first = running.putIfAbsent(key, mine);
        return first == null ? new Place(mine, true) : new Place(first, false);
    }
}
