package dev.windlass.policy.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.StaticCredentialsProvider;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to Redis for all requests, and whether it is of use. When Redis fails to answer a few times in a row nobody asks it any
 * more, so that a dead Redis slows nobody, until the guard has found it alive.
 */
public final class Redis implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Redis.class);
    private static final int MOST_FAILURES = 3;
    private static final Duration PROBE = Duration.ofMillis(250);
    private static final Duration CONNECT = Duration.ofSeconds(1);
    private static final RedisCodec<String, byte[]> CODEC = RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);

    private final RedisSettings settings;
    private final ClientResources resources;
    private final RedisClient client;
    private final AtomicInteger failures = new AtomicInteger();
    private final Thread guard;
    private volatile @Nullable StatefulRedisConnection<String, byte[]> connection;
    private volatile boolean available;
    private volatile boolean told;

    private Redis(RedisSettings settings) {
        this.settings = settings;
        this.resources = ClientResources.builder()
                .ioThreadPoolSize(2)
                .computationThreadPoolSize(2)
                .reconnectDelay(Delay.constant(PROBE))
                .build();
        this.client = RedisClient.create(resources, uri(settings));
        client.setOptions(ClientOptions.builder()
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .protocolVersion(ProtocolVersion.RESP2)
                .maintNotificationsConfig(MaintNotificationsConfig.disabled())
                .requestQueueSize(10_000)
                // Whoever waits has a deadline of its own.
                .timeoutOptions(TimeoutOptions.builder().timeoutCommands(false).build())
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(CONNECT)
                        .tcpNoDelay(true)
                        .build())
                .build());
        this.guard = Thread.ofVirtual().name("redis-guard").unstarted(this::guard);
    }

    /** Begins to keep a connection. Returns when it is there or was tried once. */
    public static Redis start(RedisSettings settings) {
        var redis = new Redis(settings);
        redis.probe();
        redis.guard.start();
        return redis;
    }

    private static RedisURI uri(RedisSettings settings) {
        var uri = RedisURI.create(settings.host(), settings.port());
        uri.setDatabase(settings.database());
        uri.setSsl(settings.secure());
        uri.setTimeout(CONNECT);
        uri.setClientName("windlass-gateway");
        if (!settings.password().isEmpty()) {
            uri.setCredentialsProvider(new StaticCredentialsProvider(
                    settings.user().isEmpty() ? null : settings.user(),
                    settings.password().toCharArray()));
        }
        return uri;
    }

    /** Whether requests may rely on it. */
    public boolean isAvailable() {
        return available;
    }

    /** Asks, and waits for the answer as long as a request may. */
    <T> T call(Function<RedisAsyncCommands<String, byte[]>, RedisFuture<T>> command) throws RedisUnavailableException {
        var current = connection;
        if (!available || current == null) {
            throw new RedisUnavailableException("Redis is not available", null);
        }
        return await(current, command);
    }

    /** Says something whose answer nobody waits for. Where Redis is not available it is not said. */
    void tell(Function<RedisAsyncCommands<String, byte[]>, RedisFuture<?>> command) {
        var current = connection;
        if (available && current != null) {
            try {
                var _ = command.apply(current.async());
            } catch (RuntimeException rejected) {
                LOG.debug("Redis was not told", rejected);
            }
        }
    }

    private <T> T await(
            StatefulRedisConnection<String, byte[]> current,
            Function<RedisAsyncCommands<String, byte[]>, RedisFuture<T>> command)
            throws RedisUnavailableException {
        RedisFuture<T> answer = null;
        try {
            answer = command.apply(current.async());
            T value = answer.get(settings.patience().toNanos(), TimeUnit.NANOSECONDS);
            failures.set(0);
            return value;
        } catch (TimeoutException late) {
            answer.cancel(true);
            throw failed("Redis did not answer within " + settings.patience().toMillis() + " ms", late);
        } catch (ExecutionException problem) {
            if (problem.getCause() instanceof RedisNoScriptException forgotten) {
                throw new RedisUnavailableException("Redis has forgotten a script", forgotten);
            }
            throw failed("Redis did not do as asked", problem.getCause() == null ? problem : problem.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new RedisUnavailableException("interrupted", interrupted);
        } catch (RuntimeException rejected) {
            throw failed("Redis could not be asked", rejected);
        }
    }

    private RedisUnavailableException failed(String message, Throwable cause) {
        if (failures.incrementAndGet() >= MOST_FAILURES && available) {
            available = false;
            LOG.warn("Redis at {} is not available: {}: {}", settings, message, cause.getMessage());
            told = true;
        }
        return new RedisUnavailableException(message, cause);
    }

    private void guard() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                Thread.sleep(PROBE);
            } catch (InterruptedException closed) {
                return;
            }
            probe();
        }
    }

    /** Asks whether it is alive, and says so where that is news. */
    private void probe() {
        try {
            var current = connection;
            if (current == null) {
                current = client.connect(CODEC);
                connection = current;
            }
            await(current, RedisAsyncCommands::ping);
            if (!available) {
                available = true;
                LOG.info("Redis at {} is available", settings);
            }
        } catch (RedisUnavailableException counted) {
            LOG.debug("Redis at {} does not answer", settings, counted);
        } catch (RuntimeException unreachable) {
            if (!told) {
                told = true;
                LOG.warn("Redis at {} cannot be reached: {}", settings, unreachable.getMessage());
            }
        }
    }

    @Override
    public void close() {
        guard.interrupt();
        available = false;
        client.shutdown(0, 1, TimeUnit.SECONDS);
        resources.shutdown(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(1, TimeUnit.SECONDS);
    }
}
