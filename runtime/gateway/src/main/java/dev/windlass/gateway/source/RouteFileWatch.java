package dev.windlass.gateway.source;

import dev.windlass.gateway.route.CurrentRoutes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps routes as a file says. It looks at the text and not at the file's events: those miss mounted ConfigMaps, which
 * change by a link. A text that is wrong is reported, and the routes stay.
 */
public final class RouteFileWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RouteFileWatch.class);

    private final Path file;
    private final CurrentRoutes routes;
    private final Duration pause;
    private final Thread thread;
    private volatile boolean closed;
    private String seen;

    private RouteFileWatch(Path file, CurrentRoutes routes, Duration pause, String text) {
        this.file = file;
        this.routes = routes;
        this.pause = pause;
        this.seen = text;
        this.thread = Thread.ofVirtual().name("route-file").unstarted(this::watch);
    }

    /**
     * Reads the file, and goes on to look for changes.
     *
     * @throws UncheckedIOException when it cannot be read
     * @throws IllegalArgumentException when what it says is wrong
     */
    public static RouteFileWatch start(Path file, CurrentRoutes routes, Duration pause) {
        try {
            String text = Files.readString(file);
            routes.replace(RouteFile.parse(text).table());
            var watch = new RouteFileWatch(file, routes, pause, text);
            watch.thread.start();
            return watch;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void watch() {
        while (!closed) {
            LockSupport.parkNanos(pause.toNanos());
            look();
        }
    }

    private void look() {
        try {
            String text = Files.readString(file);
            if (!text.equals(seen)) {
                seen = text;
                routes.replace(RouteFile.parse(text).table());
                LOG.info("routes were read anew from {}", file);
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("{} cannot be used, so the routes stay as they are: {}", file, e.getMessage());
        }
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}
