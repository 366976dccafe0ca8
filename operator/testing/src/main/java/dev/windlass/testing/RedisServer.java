package dev.windlass.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A redis-server of the machine, on loopback, that keeps nothing on disk. */
public final class RedisServer implements AutoCloseable {
    private final int port;
    private @Nullable Process process;

    private RedisServer(int port) {
        this.port = port;
    }

    /** Starts one; the test is skipped where the machine has none. */
    public static RedisServer start() {
        assumeTrue(
                Stream.of(System.getenv("PATH").split(":", -1))
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "redis-server"))),
                "redis-server is not installed (apt install redis-server)");
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var redis = new RedisServer(socket.getLocalPort());
            socket.close();
            redis.begin();
            return redis;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts it again, at the same port and empty. */
    public void begin() {
        try {
            process = new ProcessBuilder(
                            "redis-server",
                            "--bind",
                            "127.0.0.1",
                            "--port",
                            Integer.toString(port),
                            "--save",
                            "",
                            "--appendonly",
                            "no")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            awaitPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitPort() {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (true) {
            try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return;
            } catch (IOException e) {
                if (System.nanoTime() > until) {
                    throw new IllegalStateException("redis-server did not start in time", e);
                }
                LockSupport.parkNanos(10_000_000);
            }
        }
    }

    /** Ends it as a power cut does. */
    public void kill() {
        if (process != null) {
            process.destroyForcibly().onExit().join();
        }
    }

    public String address() {
        return "redis://127.0.0.1:" + port;
    }

    @Override
    public void close() {
        kill();
    }
}
