package dev.windlass.gateway.upstream;

import dev.windlass.gateway.route.Endpoint;
import dev.windlass.gateway.route.RouteTable;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** The connections to all endpoints. It closes those that idle, and ends those whose runtime takes too long. */
public final class ConnectionPool implements AutoCloseable {
    private static final Duration PATROL = Duration.ofMillis(250);
    /** Shorter than servers wait, so that it is seldom the runtime that closes one. */
    private static final Duration LONGEST_IDLE = Duration.ofSeconds(20);

    /** Of one endpoint: more than it serves at once, or streams beyond this number begin with a handshake each. */
    private static final int MOST_IDLE = 512;

    private final RuntimeTls tls;
    private final Complaints complaints = new Complaints();
    private final Map<Endpoint.Place, Deque<UpstreamConnection>> idle = new HashMap<>();
    private final Set<UpstreamConnection> busy = ConcurrentHashMap.newKeySet();
    private final Thread patrol;
    private volatile boolean closed;

    /** @param tls is left to whoever opened it */
    public ConnectionPool(RuntimeTls tls) {
        this.tls = tls;
        this.patrol = Thread.ofVirtual().name("upstream-patrol").start(this::patrol);
    }

    /** One that idles, or a new one that is not connected yet. */
    public UpstreamConnection take(Endpoint endpoint) {
        for (var connection = idle(endpoint); connection != null; connection = idle(endpoint)) {
            if (connection.isCurrent()) {
                busy.add(connection);
                return connection;
            }
            connection.close();
        }
        return open(endpoint);
    }

    private @Nullable UpstreamConnection idle(Endpoint endpoint) {
        synchronized (idle) {
            var waiting = idle.get(endpoint.place());
            return waiting == null ? null : waiting.pollFirst();
        }
    }

    /** A new one, not connected yet. */
    public UpstreamConnection open(Endpoint endpoint) {
        var connection = new UpstreamConnection(endpoint, tls, complaints);
        busy.add(connection);
        return connection;
    }

    /** Takes one back, to use it again where that is possible. */
    public void giveBack(UpstreamConnection connection) {
        busy.remove(connection);
        connection.rest();
        if (!closed && connection.isReusable()) {
            synchronized (idle) {
                var waiting = idle.computeIfAbsent(connection.endpoint().place(), _ -> new ArrayDeque<>());
                if (waiting.size() < MOST_IDLE) {
                    waiting.addFirst(connection);
                    return;
                }
            }
        }
        connection.close();
    }

    /** Closes what leads to endpoints that are gone. */
    public void retain(RouteTable table) {
        Set<Endpoint.Place> known = new HashSet<>();
        for (var route : table.routes()) {
            route.allEndpoints().forEach(endpoint -> known.add(endpoint.place()));
        }
        List<UpstreamConnection> gone = new ArrayList<>();
        synchronized (idle) {
            idle.forEach((place, waiting) -> {
                if (!known.contains(place)) {
                    gone.addAll(waiting);
                }
            });
            idle.keySet().retainAll(known);
        }
        gone.forEach(UpstreamConnection::close);
    }

    private void patrol() {
        while (!closed) {
            LockSupport.parkNanos(PATROL.toNanos());
            long now = System.nanoTime();
            for (var connection : busy) {
                connection.abortIfLate(now);
            }
            closeIdle(now);
        }
    }

    private void closeIdle(long now) {
        List<UpstreamConnection> old = new ArrayList<>();
        synchronized (idle) {
            for (var waiting : idle.values()) {
                while (!waiting.isEmpty() && now - waiting.getLast().idleSince() > LONGEST_IDLE.toNanos()) {
                    old.add(waiting.removeLast());
                }
            }
        }
        old.forEach(UpstreamConnection::close);
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(patrol);
        busy.forEach(connection -> connection.abort("the gateway stops"));
        synchronized (idle) {
            idle.values().forEach(waiting -> waiting.forEach(UpstreamConnection::close));
            idle.clear();
        }
    }
}
