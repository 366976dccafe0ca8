package dev.windlass.policy.cache;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/** Counts how requests fared with the cache. */
public final class CacheMeter {
    /** All that may become of a request: hit, miss, bypass and shared. */
    public static final List<String> RESULTS =
            Stream.of(CacheResult.values()).map(CacheResult::word).toList();

    private final Map<Key, LongAdder> counts = new ConcurrentHashMap<>();

    private record Key(String deployment, CacheResult result) {}

    /** How a request fared, as {@code x-windlass-cache} says it. */
    enum CacheResult {
        /** The answer lay there. */
        Hit,
        /** It did not. */
        Miss,
        /** The request has more answers than one, or did not want an old one. */
        Bypass,
        /** The answer came with that to another request, which had asked a little earlier. */
        Shared;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Since the start.
     *
     * @param deployment {@code namespace/name}
     * @param result one of {@link #RESULTS}
     */
    public record Reading(String deployment, String result, long requests) {}

    void count(String deployment, CacheResult result) {
        counts.computeIfAbsent(new Key(deployment, result), _ -> new LongAdder())
                .increment();
    }

    /** Forgets deployments that are gone. */
    public void retain(Set<String> deployments) {
        counts.keySet().removeIf(key -> !deployments.contains(key.deployment()));
    }

    /** All of them now. */
    public List<Reading> read() {
        return counts.entrySet().stream()
                .map(entry -> new Reading(
                        entry.getKey().deployment(),
                        entry.getKey().result().word(),
                        entry.getValue().sum()))
                .toList();
    }
}
