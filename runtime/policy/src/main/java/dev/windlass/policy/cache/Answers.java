package dev.windlass.policy.cache;

import java.time.Duration;
import java.util.Optional;

/** Where answers lie: whole ones, as JSON. Neither method throws. Arrays are not copied, and nobody changes them. */
public interface Answers {
    Optional<byte[]> find(CacheKey key);

    /** Keeps it for so long at most. */
    void keep(CacheKey key, byte[] answer, Duration ttl);
}
