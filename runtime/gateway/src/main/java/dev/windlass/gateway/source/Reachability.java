package dev.windlass.gateway.source;

import dev.windlass.gateway.route.Endpoint;
import dev.windlass.gateway.route.RouteTable.Backend;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;

/**
 * Which endpoints this gateway has reached itself. A pod that is ready for its kubelet may be out of reach from here, for want of
 * a route or by a policy, and must not get users until it is.
 */
final class Reachability implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final Duration PAUSE = Duration.ofMillis(250);
    private static final int AT_ONCE = 64;

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    private final ExecutorService askers = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore free = new Semaphore(AT_ONCE);
    private final Set<String> wanted = ConcurrentHashMap.newKeySet();
    private final Set<String> asked = ConcurrentHashMap.newKeySet();
    private final Set<String> reached = ConcurrentHashMap.newKeySet();
    private final Runnable changed;

    /** @param changed runs when another endpoint has been reached */
    Reachability(Runnable changed) {
        this.changed = changed;
    }

    boolean isReached(String address) {
        return reached.contains(address);
    }

    /** From now on these are the endpoints there are; those that are new are asked until they answer or are gone. */
    void retain(List<Backend> backends) {
        Set<String> ready = backends.stream()
                .map(Backend::endpoint)
                .filter(Endpoint::ready)
                .map(Endpoint::address)
                .collect(Collectors.toSet());
        wanted.retainAll(ready);
        wanted.addAll(ready);
        reached.retainAll(ready);
        for (String address : ready) {
            if (!reached.contains(address) && asked.add(address)) {
                askers.execute(() -> ask(address));
            }
        }
    }

    private void ask(String address) {
        try {
            while (wanted.contains(address)) {
                if (answers(address)) {
                    reached.add(address);
                    changed.run();
                    return;
                }
                Thread.sleep(PAUSE);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            asked.remove(address);
        }
    }

    private boolean answers(String address) throws InterruptedException {
        free.acquire();
        try {
            var request = HttpRequest.newBuilder(URI.create("http://" + address + "/health/ready"))
                    .timeout(PATIENCE)
                    .build();
            return http.send(request, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException | IllegalArgumentException silent) {
            return false;
        } finally {
            free.release();
        }
    }

    @Override
    public void close() {
        askers.shutdownNow();
        http.shutdownNow();
    }
}
