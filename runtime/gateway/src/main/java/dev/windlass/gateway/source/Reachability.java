package dev.windlass.gateway.source;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
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

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .proxy(HttpClient.Builder.NO_PROXY)
            .connectTimeout(CONNECT)
            .build();
    private final ExecutorService askers = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore free = new Semaphore(AT_ONCE);
    private final Map<String, Asking> askings = new ConcurrentHashMap<>();
    private final Runnable changed;

    /** One address while it is there; an address that comes back is another. */
    private static final class Asking {
        private volatile boolean isReached;
        private volatile boolean isOver;
    }

    /** @param changed runs when another endpoint has been reached */
    Reachability(Runnable changed) {
        this.changed = changed;
    }

    boolean isReached(String address) {
        var asking = askings.get(address);
        return asking != null && asking.isReached;
    }

    /** From now on these are the addresses there are; those that are new are asked until they answer or are gone. */
    void retain(Set<String> ready) {
        askings.forEach((address, asking) -> {
            if (!ready.contains(address)) {
                asking.isOver = true;
                askings.remove(address);
            }
        });
        for (String address : ready) {
            askings.computeIfAbsent(address, this::begin);
        }
    }

    private Asking begin(String address) {
        var asking = new Asking();
        askers.execute(() -> ask(address, asking));
        return asking;
    }

    private void ask(String address, Asking asking) {
        try {
            for (var pause = FIRST_PAUSE; !asking.isOver; pause = longer(pause)) {
                if (answers(address)) {
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

    private boolean answers(String address) throws InterruptedException {
        free.acquire();
        try {
            var request = HttpRequest.newBuilder(URI.create("http://" + address + "/health/ready"))
                    .timeout(ANSWER)
                    .build();
            var answer = http.send(request, BodyHandlers.ofInputStream());
            // Its end is not awaited: a body has no deadline.
            answer.body().close();
            return answer.statusCode() == 200;
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
