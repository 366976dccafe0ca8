package dev.windlass.gateway.source;

import dev.windlass.gateway.route.Endpoint;
import dev.windlass.gateway.upstream.ConnectionPool;
import dev.windlass.gateway.upstream.RuntimeTls;
import dev.windlass.gateway.upstream.UpstreamException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/**
 * Which endpoints this gateway has reached itself. A pod that is ready for its kubelet may be out of reach from here, for want of
 * a route or by a policy, and must not get users until it is. One that was not ready meanwhile is asked anew.
 */
final class Reachability implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(1);
    private static final Duration ANSWER = Duration.ofSeconds(2);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    /** So long that hundreds that are out of reach leave room to ask one that is not. */
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private static final int AT_ONCE = 64;
    private static final int READY = 200;

    private final ConnectionPool connections;
    private final ExecutorService askers = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore free = new Semaphore(AT_ONCE);
    private final Map<Endpoint.Place, Asking> askings = new ConcurrentHashMap<>();
    private final Runnable changed;

    /** One endpoint while it is there; one that comes back is another. */
    private static final class Asking {
        private volatile boolean isReached;
        private volatile boolean isOver;
    }

    /**
     * @param tls what endpoints are shown that want to see something
     * @param changed runs when another endpoint has been reached
     */
    Reachability(RuntimeTls tls, Runnable changed) {
        this.connections = new ConnectionPool(tls);
        this.changed = changed;
    }

    boolean isReached(Endpoint endpoint) {
        var asking = askings.get(endpoint.place());
        return asking != null && asking.isReached;
    }

    /** From now on these are the endpoints there are; those that are new are asked until they answer or are gone. */
    void retain(Set<Endpoint> ready) {
        Map<Endpoint.Place, Endpoint> places = HashMap.newHashMap(ready.size());
        ready.forEach(endpoint -> places.put(endpoint.place(), endpoint));
        askings.forEach((place, asking) -> {
            if (!places.containsKey(place)) {
                asking.isOver = true;
                askings.remove(place);
            }
        });
        places.forEach((place, endpoint) -> askings.computeIfAbsent(place, _ -> begin(endpoint)));
    }

    private Asking begin(Endpoint endpoint) {
        var asking = new Asking();
        askers.execute(() -> ask(endpoint, asking));
        return asking;
    }

    private void ask(Endpoint endpoint, Asking asking) {
        try {
            for (var pause = FIRST_PAUSE; !asking.isOver; pause = longer(pause)) {
                if (answers(endpoint)) {
                    asking.isReached = true;
                    changed.run();
                    return;
                }
                Thread.sleep(pause);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static Duration longer(Duration pause) {
        var twice = pause.multipliedBy(2);
        return twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
    }

    private boolean answers(Endpoint endpoint) throws InterruptedException {
        free.acquire();
        var connection = connections.open(endpoint);
        try {
            connection.connect(CONNECT, ANSWER);
            connection.expectWithin(ANSWER);
            connection.send(question(endpoint), new byte[0]);
            return connection.readHead(() -> {}).status() == READY;
        } catch (UpstreamException silent) {
            return false;
        } finally {
            // The end of the answer is not awaited.
            connection.close();
            connections.giveBack(connection);
            free.release();
        }
    }

    private static byte[] question(Endpoint endpoint) {
        return "GET /health/ready HTTP/1.1\r\nhost: %s\r\nconnection: close\r\n\r\n"
                .formatted(endpoint.address())
                .getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void close() {
        askers.shutdownNow();
        connections.close();
    }
}
