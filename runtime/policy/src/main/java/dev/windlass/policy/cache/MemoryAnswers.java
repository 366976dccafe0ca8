package dev.windlass.policy.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.Optional;

/** Answers in the memory of this process, as many as there is room for: those stay that are asked for. */
public final class MemoryAnswers implements Answers {
    /** Of an entry beside its answer, about. */
    private static final int OVERHEAD = 256;

    private final Cache<CacheKey, Entry> entries;

    @SuppressWarnings("ArrayRecordComponent")
    private record Entry(byte[] answer, Duration ttl) {
        int weight() {
            return answer.length + OVERHEAD;
        }
    }

    /** @param room for all answers, in bytes */
    public MemoryAnswers(long room) {
        this(room, Ticker.systemTicker());
    }

    MemoryAnswers(long room, Ticker ticker) {
        this.entries = Caffeine.newBuilder()
                .maximumWeight(room)
                .<CacheKey, Entry>weigher((_, entry) -> entry.weight())
                .ticker(ticker)
                .expireAfter(Expiry.<CacheKey, Entry>writing((_, entry) -> entry.ttl()))
                .build();
    }

    @Override
    public Optional<byte[]> find(CacheKey key) {
        return Optional.ofNullable(entries.getIfPresent(key)).map(Entry::answer);
    }

    @Override
    public void keep(CacheKey key, byte[] answer, Duration ttl) {
        entries.put(key, new Entry(answer, ttl));
    }
}
