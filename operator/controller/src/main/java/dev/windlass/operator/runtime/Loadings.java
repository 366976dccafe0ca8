package dev.windlass.operator.runtime;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.windlass.operator.observe.Loading;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks pods that run and do not serve yet how far they are. A question is never waited for: it gets what is known, and whoever
 * asked is called when there is more.
 */
public final class Loadings implements AutoCloseable {
    /** So often a pod is asked, if somebody looks. */
    public static final Duration PAUSE = Duration.ofSeconds(5);

    /** A look that comes a little early is a look. */
    private static final Duration FRESH = PAUSE.minusSeconds(1);

    private static final Duration STALE = PAUSE.multipliedBy(4);
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final int AT_ONCE = 64;
    private static final int LONGEST_NAME = 256;
    private static final int LONGEST_ANSWER = 1 << 16;
    private static final Logger LOG = LoggerFactory.getLogger(Loadings.class);
    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    private final InstantSource clock;
    private final HttpClient http;
    private final ExecutorService askers = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore free = new Semaphore(AT_ONCE);
    private final Map<String, Told> told = new ConcurrentHashMap<>();
    private final Set<String> underWay = ConcurrentHashMap.newKeySet();

    /** What a pod said last and when, and when it was asked last, with or without an answer. */
    private record Told(@Nullable Loading loading, Instant at, Instant asked) {}

    /** The body of an answer. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    private record Answer(
            @Nullable String phase,
            @Nullable String model,
            long doneBytes,
            long totalBytes,
            long bytesPerSecond,
            @Nullable Long remainingSeconds,
            @Nullable String revision,
            @Nullable String sha256) {}

    /** @param client what to ask with */
    public Loadings(HttpClient.Builder client, InstantSource clock) {
        this.http = client.connectTimeout(PATIENCE).build();
        this.clock = clock;
    }

    /**
     * What a pod said last, not too long ago.
     *
     * @param uid the pod's
     * @param runtime where it listens
     * @param changed is called when it has said something; then this is worth asking again
     */
    public Optional<Loading> of(String uid, URI runtime, Runnable changed) {
        Instant now = clock.instant();
        Told last = told.get(uid);
        boolean isFresh = last != null && last.asked().isAfter(now.minus(FRESH));
        if (!isFresh && underWay.add(uid)) {
            told.values().removeIf(old -> old.asked().isBefore(now.minus(STALE)));
            askers.execute(() -> ask(uid, runtime, changed));
        }
        return last == null || last.at().isBefore(now.minus(STALE))
                ? Optional.empty()
                : Optional.ofNullable(last.loading());
    }

    private void ask(String uid, URI runtime, Runnable changed) {
        @Nullable Loading loading = null;
        try {
            free.acquire();
            try {
                loading = answer(runtime);
            } finally {
                free.release();
            }
        } catch (IOException | IllegalArgumentException silent) {
            LOG.debug("runtime {}: {}", runtime, silent.toString());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return;
        }
        Instant now = clock.instant();
        Told before = told.get(uid);
        told.put(
                uid,
                loading == null && before != null
                        ? new Told(before.loading(), before.at(), now)
                        : new Told(loading, now, now));
        underWay.remove(uid);
        if (loading != null && (before == null || !loading.equals(before.loading()))) {
            changed.run();
        }
    }

    private @Nullable Loading answer(URI runtime) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(runtime.resolve("/health/loading"))
                .timeout(PATIENCE)
                .build();
        var response = http.send(request, BodyHandlers.ofInputStream());
        try (InputStream body = response.body()) {
            return response.statusCode() == 200 ? loading(body.readNBytes(LONGEST_ANSWER)) : null;
        }
    }

    /** @throws IOException when it is not what runtimes say */
    static Loading loading(byte[] body) throws IOException {
        Answer answer = JSON.readValue(body, Answer.class);
        return new Loading(
                Loading.Phase.valueOf(String.valueOf(answer.phase())),
                Objects.requireNonNullElse(answer.model(), ""),
                answer.doneBytes(),
                answer.totalBytes(),
                answer.bytesPerSecond(),
                answer.remainingSeconds(),
                shortened(answer.revision()),
                shortened(answer.sha256()));
    }

    /** What goes into a status has a bound. */
    private static String shortened(@Nullable String text) {
        return text == null ? "" : text.substring(0, Math.min(text.length(), LONGEST_NAME));
    }

    @Override
    public void close() {
        askers.shutdownNow();
        http.shutdownNow();
    }
}
