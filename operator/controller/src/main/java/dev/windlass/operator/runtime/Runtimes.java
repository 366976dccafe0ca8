package dev.windlass.operator.runtime;

import dev.windlass.operator.gateway.Gateways;
import dev.windlass.operator.gateway.RevisionKey;
import dev.windlass.operator.scaling.Reading;
import dev.windlass.operator.scaling.ScalingMetric;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks runtime pods for their queues and caches: those of revisions somebody wanted to know of lately, and no others, since a
 * cluster has thousands that nobody scales.
 */
public final class Runtimes implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Runtimes.class);
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final Duration INTEREST = Duration.ofMinutes(2);
    private static final Duration STALE = Duration.ofSeconds(30);
    private static final int AT_ONCE = 64;
    private static final int LONGEST_ANSWER = 4 << 20;

    private final Gateways gateways;
    private final InstantSource clock;
    private final HttpClient http;
    private final BiFunction<RevisionKey, String, URI> reached;
    private final Map<String, URI> bases = new ConcurrentHashMap<>();
    private final ExecutorService askers = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore free = new Semaphore(AT_ONCE);
    private final Map<RevisionKey, Instant> interest = new ConcurrentHashMap<>();
    private final Map<String, Map<ScalingMetric, Reading>> readings = new ConcurrentHashMap<>();
    private final Set<String> underWay = ConcurrentHashMap.newKeySet();

    /**
     * Runtimes that nobody asks yet.
     *
     * @param client what to ask with
     * @param reached from an address of a revision's pod, as gateways name it, to where and how it is asked; may take its time
     */
    public Runtimes(
            Gateways gateways,
            HttpClient.Builder client,
            BiFunction<RevisionKey, String, URI> reached,
            InstantSource clock) {
        this.gateways = gateways;
        this.http = client.connectTimeout(PATIENCE).build();
        this.reached = reached;
        this.clock = clock;
    }

    /** Asks every pod of interest, without waiting for the answers. */
    public void round() {
        Instant now = clock.instant();
        interest.values().removeIf(last -> last.isBefore(now.minus(INTEREST)));
        Map<String, RevisionKey> known = new HashMap<>();
        interest.keySet().forEach(key -> gateways.addresses(key).forEach(address -> known.put(address, key)));
        readings.keySet().retainAll(known.keySet());
        bases.keySet().retainAll(known.keySet());
        known.forEach((address, key) -> {
            if (underWay.add(address)) {
                askers.execute(() -> ask(address, key));
            }
        });
    }

    /** What each pod of a revision last said, by address; empty at first, since asking begins with the first question. */
    public Map<String, Map<ScalingMetric, Reading>> readings(RevisionKey key) {
        interest.put(key, clock.instant());
        Instant oldest = clock.instant().minus(STALE);
        Map<String, Map<ScalingMetric, Reading>> found = new ConcurrentHashMap<>();
        for (String address : gateways.addresses(key)) {
            var said = readings.getOrDefault(address, Map.of());
            if (said.values().stream().anyMatch(reading -> !reading.at().isBefore(oldest))) {
                found.put(address, said);
            }
        }
        return found;
    }

    private void ask(String address, RevisionKey key) {
        try {
            free.acquire();
            try {
                var request = HttpRequest.newBuilder(base(address, key).resolve("/metrics"))
                        .timeout(PATIENCE)
                        .build();
                var response = http.send(request, BodyHandlers.ofInputStream());
                try (InputStream body = response.body()) {
                    if (response.statusCode() == 200) {
                        take(address, new String(body.readNBytes(LONGEST_ANSWER), StandardCharsets.UTF_8));
                    }
                }
            } finally {
                free.release();
            }
        } catch (IOException | IllegalArgumentException | KubernetesClientException silent) {
            // Another pod may have its address by now, and speak otherwise.
            bases.remove(address);
            LOG.debug("runtime {}: {}", address, silent.toString());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            underWay.remove(address);
        }
    }

    private URI base(String address, RevisionKey key) {
        URI known = bases.get(address);
        if (known == null) {
            known = reached.apply(key, address);
            bases.put(address, known);
        }
        return known;
    }

    private void take(String address, String text) {
        Instant now = clock.instant();
        Map<ScalingMetric, Reading> taken = new EnumMap<>(ScalingMetric.class);
        Exposition.read(text).forEach((metric, value) -> taken.put(metric, new Reading(value, now)));
        readings.put(address, taken);
    }

    @Override
    public void close() {
        askers.shutdownNow();
        http.shutdownNow();
    }
}
