package dev.windlass.gateway.source;

import dev.windlass.gateway.route.CurrentRoutes;
import dev.windlass.gateway.route.RouteTable;
import dev.windlass.gateway.upstream.RuntimeTls;
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
    private final RuntimeTls tls;
    private final Duration pause;
    private final Thread thread;
    private volatile boolean closed;
    private String seen;

    private RouteFileWatch(Path file, CurrentRoutes routes, RuntimeTls tls, Duration pause, String text) {
        this.file = file;
        this.routes = routes;
        this.tls = tls;
        this.pause = pause;
        this.seen = text;
        this.thread = Thread.ofVirtual().name("route-file").unstarted(this::watch);
    }

    /**
     * Reads the file, and goes on to look for changes.
     *
     * @param tls says which endpoints can be used
     * @throws UncheckedIOException when it cannot be read
     * @throws IllegalArgumentException when what it says is wrong
     */
    public static RouteFileWatch start(Path file, CurrentRoutes routes, RuntimeTls tls, Duration pause) {
        try {
            String text = Files.readString(file);
            var watch = new RouteFileWatch(file, routes, tls, pause, text);
            routes.replace(watch.table(text));
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
                routes.replace(table(text));
                LOG.info("routes were read anew from {}", file);
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("{} cannot be used, so the routes stay as they are: {}", file, e.getMessage());
        }
    }

    private RouteTable table(String text) {
        return RouteFile.parse(text).table(endpoint -> {
            var objection = tls.objection(endpoint);
            objection.ifPresent(why -> LOG.warn("{} is not used: {}", endpoint.address(), why));
            return objection.isEmpty();
        });
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}
