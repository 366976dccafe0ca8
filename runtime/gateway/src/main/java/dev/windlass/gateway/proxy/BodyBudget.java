package dev.windlass.gateway.proxy;

import dev.windlass.http.ApiException;
import io.helidon.webserver.http.ServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Reads requests' bodies, which have to be known for the model they name and in case they must be sent again, within a
 * bound over all of them.
 */
final class BodyBudget {
    private static final int FIRST = 16 * 1024;
    private static final Duration RETRY = Duration.ofSeconds(1);

    private static final byte[] NONE = {};

    private final long capacity;
    private final AtomicLong used = new AtomicLong();

    /** @param capacity bytes of all bodies together */
    BodyBudget(long capacity) {
        this.capacity = capacity;
    }

    /** A body, which is kept and counts until it is closed. */
    final class Body implements AutoCloseable {
        private byte[] bytes = NONE;
        private long reserved;

        private Body() {}

        byte[] bytes() {
            return bytes;
        }

        /** Takes another body in its place; the array is not copied. */
        void replace(byte[] other) {
            reserve(Math.max(0, other.length - reserved));
            keep(other);
        }

        private void reserve(long more) {
            if (used.addAndGet(more) > capacity) {
                used.addAndGet(-more);
                throw ApiException.unavailable(
                        "gateway_full", "The gateway has no room for another request of this size.", RETRY);
            }
            reserved += more;
        }

        private void keep(byte[] whole) {
            bytes = whole;
            used.addAndGet(whole.length - reserved);
            reserved = whole.length;
        }

        @Override
        public void close() {
            used.addAndGet(-reserved);
            reserved = 0;
            bytes = NONE;
        }
    }

    /** All of a request's body. Arrays grow with what came, not with what was promised. */
    Body read(ServerRequest request) {
        var body = new Body();
        try {
            fill(body, request.content().inputStream());
            return body;
        } catch (IOException e) {
            body.close();
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            body.close();
            throw e;
        }
    }

    private static void fill(Body body, InputStream in) throws IOException {
        body.reserve(FIRST);
        var buffer = new byte[FIRST];
        int length = 0;
        while (true) {
            int count = in.read(buffer, length, buffer.length - length);
            if (count < 0) {
                body.keep(Arrays.copyOf(buffer, length));
                return;
            }
            length += count;
            if (length == buffer.length) {
                body.reserve(buffer.length);
                buffer = Arrays.copyOf(buffer, 2 * buffer.length);
            }
        }
    }

    /** Keeps a copy's bytes counted too, or says that there is no room. */
    boolean tryReserve(long bytes) {
        if (used.addAndGet(bytes) > capacity) {
            used.addAndGet(-bytes);
            return false;
        }
        return true;
    }

    void release(long bytes) {
        used.addAndGet(-bytes);
    }
}
