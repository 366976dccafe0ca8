package dev.windlass.policy.redis;

import dev.windlass.policy.cache.Answers;
import dev.windlass.policy.cache.CacheKey;
import io.lettuce.core.SetArgs;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers in Redis, for all gateways together. While Redis is not available nothing is found and nothing kept. */
public final class RedisAnswers implements Answers {
    private static final Logger LOG = LoggerFactory.getLogger(RedisAnswers.class);

    private final Redis redis;

    public RedisAnswers(Redis redis) {
        this.redis = redis;
    }

    @Override
    public Optional<byte[]> find(CacheKey key) {
        try {
            return Optional.ofNullable(redis.call(commands -> commands.get(name(key))));
        } catch (RedisUnavailableException e) {
            LOG.debug("an answer was not looked for", e);
            return Optional.empty();
        }
    }

    @Override
    public void keep(CacheKey key, byte[] answer, Duration ttl) {
        redis.tell(commands -> commands.set(name(key), answer, SetArgs.Builder.px(ttl.toMillis())));
    }

    private static String name(CacheKey key) {
        return "windlass:answer:" + key.digest();
    }
}
