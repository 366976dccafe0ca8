package dev.windlass.operator.gateway;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.windlass.operator.rollout.Measurement;
import dev.windlass.operator.scaling.Load;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks every gateway again and again what it experienced, and answers from what they said. A gateway that does not answer is
 * as if it were not there; it is asked again.
 */
public final class Gateways implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Gateways.class);
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    /** A gateway of ten thousand deployments says less. */
    private static final int LONGEST_ANSWER = 64 << 20;

    private final Supplier<Set<URI>> addresses;
    private final InstantSource clock;
    private final Duration interval;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    private final ExecutorService askers = Executors.newVirtualThreadPerTaskExecutor();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("gateways").daemon().factory());
    private final ReentrantLock lock = new ReentrantLock();
    private final GatewayHistory history = new GatewayHistory();
    private final ObjectReader reader = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build()
            .readerFor(GatewaySample.class);

    /**
     * Gateways that nobody asks yet.
     *
     * @param addresses the base addresses of their operations ports, asked anew each time
     */
    public Gateways(Supplier<Set<URI>> addresses, Duration interval, InstantSource clock) {
        this.addresses = addresses;
        this.interval = interval;
        this.clock = clock;
    }

    /**
     * Begins to ask.
     *
     * @param afterwards runs after each round, on the thread that asks
     */
    public void start(Runnable afterwards) {
        var _ = timer.scheduleWithFixedDelay(() -> round(afterwards), 0, interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void round(Runnable afterwards) {
        try {
            Set<URI> known = addresses.get();
            Map<URI, Future<GatewaySample>> asked = new HashMap<>();
            known.forEach(address -> asked.put(address, askers.submit(() -> ask(address))));
            for (var answer : asked.entrySet()) {
                take(answer.getKey(), answer.getValue());
            }
            lock.lock();
            try {
                history.retain(known.stream().map(URI::toString).toList(), clock.instant());
            } finally {
                lock.unlock();
            }
            afterwards.run();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException problem) {
            // A round that fails must not end the rounds.
            LOG.warn("gateways: {}", problem.toString());
        }
    }

    private void take(URI address, Future<GatewaySample> answer) throws InterruptedException {
        try {
            GatewaySample sample = answer.get();
            lock.lock();
            try {
                history.add(address.toString(), sample, clock.instant());
            } finally {
                lock.unlock();
            }
        } catch (ExecutionException problem) {
            LOG.debug("gateway {}: {}", address, String.valueOf(problem.getCause()));
        }
    }

    private GatewaySample ask(URI address) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(address.resolve("/internal/measurements"))
                .timeout(PATIENCE)
                .build();
        var response = http.send(request, BodyHandlers.ofInputStream());
        try (InputStream body = response.body()) {
            if (response.statusCode() != 200) {
                throw new IOException("expected status 200, got " + response.statusCode());
            }
            byte[] bytes = body.readNBytes(LONGEST_ANSWER);
            return reader.readValue(bytes);
        }
    }

    /** See {@link GatewayHistory#measure}. */
    public Map<String, Measurement> measure(String namespace, String deployment, Set<String> revisions, Instant from) {
        return locked(() -> history.measure(namespace, deployment, revisions, from));
    }

    /** How fast a revision generates of late, in tokens per second; nothing where no gateway is heard. */
    public OptionalDouble tokensPerSecond(RevisionKey key) {
        return locked(() -> history.tokensPerSecond(key, clock.instant()));
    }

    /**
     * How long users of a revision waited for the first token in the last minute, in seconds, 95th percentile: 0 where none asked,
     * nothing where no gateway is heard.
     */
    public OptionalDouble timeToFirstToken(RevisionKey key) {
        return locked(() -> history.timeToFirstToken(key, clock.instant()));
    }

    /** Requests that wait for a revision to answer them; nothing where no gateway is heard. */
    public OptionalDouble waiting(RevisionKey key) {
        return locked(() -> history.waiting(key, clock.instant()));
    }

    /** Requests a revision is answering now; nothing where no gateway is heard. */
    public OptionalLong inFlight(RevisionKey key) {
        return locked(() -> history.inFlight(key, clock.instant()));
    }

    /** What waits and what is answered now; nothing where no gateway is heard. */
    public Optional<Load.Gateway> load(String namespace, String deployment) {
        return locked(() -> history.load(namespace, deployment, clock.instant()));
    }

    /** Whether all gateways that are heard say that no key opens a deployment which asks for keys. */
    public boolean lacksKeys(String namespace, String deployment) {
        return locked(() -> history.lacksKeys(namespace, deployment, clock.instant()));
    }

    /** The pods of a revision that every gateway can send to; nothing where no gateway is heard. */
    public OptionalInt routable(RevisionKey key) {
        return locked(() -> history.routable(key, clock.instant()));
    }

    /** The addresses of a revision's pods that some gateway can send to. */
    public Set<String> addresses(RevisionKey key) {
        return locked(() -> history.addresses(key, clock.instant()));
    }

    /** What the gateways say of the present, to compare with what they said before. */
    public List<GatewayPresent> present() {
        return locked(() -> new ArrayList<>(history.fresh(clock.instant())));
    }

    private <T> T locked(Supplier<T> question) {
        lock.lock();
        try {
            return question.get();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
        askers.shutdownNow();
        http.shutdownNow();
    }
}
