package dev.windlass.policy.redis;

import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.Base16;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** A script that runs within Redis as one step. Redis knows it by its digest, and forgets it when it starts anew. */
final class Script {
    private final String text;
    private final String digest;

    private Script(String text) {
        this.text = text;
        this.digest = Base16.digest(text.getBytes(StandardCharsets.UTF_8));
    }

    /** From beside this class. */
    static Script load(String name) {
        try (var file = Objects.requireNonNull(Script.class.getResourceAsStream(name), name)) {
            return new Script(new String(file.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What it returned: a list of numbers. */
    List<Long> call(Redis redis, String[] keys, byte[][] arguments) throws RedisUnavailableException {
        try {
            return redis.call(commands -> byDigest(commands, keys, arguments));
        } catch (RedisUnavailableException e) {
            if (e.getCause() instanceof RedisNoScriptException) {
                return redis.call(commands -> whole(commands, keys, arguments));
            }
            throw e;
        }
    }

    private RedisFuture<List<Long>> byDigest(
            RedisAsyncCommands<String, byte[]> commands, String[] keys, byte[][] arguments) {
        return commands.evalsha(digest, ScriptOutputType.MULTI, keys, arguments);
    }

    private RedisFuture<List<Long>> whole(
            RedisAsyncCommands<String, byte[]> commands, String[] keys, byte[][] arguments) {
        return commands.eval(text, ScriptOutputType.MULTI, keys, arguments);
    }

    /** Runs it without waiting: whole, since nobody is there to repeat it. */
    void tell(Redis redis, String[] keys, byte[][] arguments) {
        redis.tell(commands -> whole(commands, keys, arguments));
    }

    static byte[] argument(long number) {
        return argument(Long.toString(number));
    }

    static byte[] argument(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
