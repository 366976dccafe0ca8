package dev.windlass.gateway.edge;

import dev.windlass.api.LimitsSpec.Quota;
import dev.windlass.gateway.route.CurrentRoutes;
import dev.windlass.gateway.route.Route;
import dev.windlass.gateway.route.RouteTable;
import dev.windlass.policy.EdgePolicy;
import dev.windlass.policy.cache.Answers;
import dev.windlass.policy.cache.CacheMeter;
import dev.windlass.policy.cache.MemoryAnswers;
import dev.windlass.policy.cache.ResponseCache;
import dev.windlass.policy.limits.Ledger;
import dev.windlass.policy.limits.LimitMeter;
import dev.windlass.policy.limits.Limits;
import dev.windlass.policy.limits.MemoryLedger;
import dev.windlass.policy.redis.Redis;
import dev.windlass.policy.redis.RedisAnswers;
import dev.windlass.policy.redis.RedisLedger;
import dev.windlass.policy.redis.RedisSettings;
import io.prometheus.metrics.model.registry.MultiCollector;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What callers may take and what they are given again, with what both remember: in this process, or in Redis. */
public final class Allowances implements AutoCloseable {
    private final LimitMeter limitMeter = new LimitMeter();
    private final CacheMeter cacheMeter = new CacheMeter();
    private final @Nullable Redis redis;
    private final @Nullable RedisLedger shared;
    private final @Nullable RedisStanding standing;
    private final EdgePolicy limits;
    private final EdgePolicy cache;

    /** What becomes of limits while Redis is not available. */
    public enum RedisFailure {
        /** Every gateway counts by itself. */
        Local,
        /** Nobody passes who has limits. */
        Closed
    }

    /**
     * Begins.
     *
     * @param settings null remembers everything in this process
     * @param room of answers in this process, in bytes
     */
    public Allowances(@Nullable RedisSettings settings, RedisFailure onFailure, long room) {
        Ledger ledger;
        Answers answers;
        if (settings == null) {
            redis = null;
            shared = null;
            standing = null;
            ledger = new MemoryLedger();
            answers = new MemoryAnswers(room);
        } else {
            redis = Redis.start(settings);
            standing = new RedisStanding(settings.toString(), onFailure, redis::isAvailable);
            shared = new RedisLedger(
                    redis,
                    switch (onFailure) {
                        case Local -> new MemoryLedger();
                        case Closed -> RedisLedger.CLOSED;
                    });
            ledger = shared;
            answers = new RedisAnswers(redis);
        }
        limits = new Limits(ledger, limitMeter);
        cache = new ResponseCache(answers, cacheMeter, InstantSource.system());
    }

    public EdgePolicy limits() {
        return limits;
    }

    /** Belongs behind all others. */
    public EdgePolicy cache() {
        return cache;
    }

    /** Of the Redis that it shares with others, where there is one. */
    public Optional<RedisStanding> redis() {
        return Optional.ofNullable(standing);
    }

    /**
     * What both count.
     *
     * @param ofCallers quotas that a deployment's callers have in place of its own for each of them
     */
    public List<MultiCollector> series(CurrentRoutes routes, Function<Route, List<Quota>> ofCallers) {
        List<MultiCollector> series = new ArrayList<>();
        series.add(new LimitSeries(routes, ofCallers, limitMeter));
        series.add(new CacheSeries(routes, cacheMeter));
        if (standing != null) {
            series.add(new RedisSeries(standing.isAvailable()));
        }
        return series;
    }

    /** Forgets what it counted of deployments that are gone. */
    public void retain(RouteTable table) {
        Set<String> known = table.routes().stream()
                .map(route -> route.deployment().toString())
                .collect(Collectors.toSet());
        limitMeter.retain(known);
        cacheMeter.retain(known);
    }

    @Override
    public void close() {
        if (shared != null) {
            shared.close();
        }
        if (redis != null) {
            redis.close();
        }
    }
}
