package dev.windlass.operator.prometheus;

import dev.windlass.api.CanarySpec;
import dev.windlass.operator.prometheus.PrometheusClient.Reply;
import dev.windlass.operator.rollout.Answer;
import dev.windlass.operator.rollout.DueCheck;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Questions under way, and what was answered. Each check of a canary asks once, one question after the other, so that no
 * resource keeps the others from asking; nobody waits, and whoever asked is called when all is answered.
 */
public final class PrometheusQueries implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PrometheusQueries.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    /** For a turn, while others ask. */
    private static final Duration QUEUE = Duration.ofSeconds(30);

    /** A check that nobody came back to. */
    private static final Duration STALE = Duration.ofMinutes(10);

    private static final int AT_ONCE = 32;

    private final InstantSource clock;
    private final PrometheusClient client;
    private final ExecutorService askers = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore free = new Semaphore(AT_ONCE);
    private final Map<String, Told> told = new ConcurrentHashMap<>();

    /** What was asked for one check, and what was said; nothing yet where that is null. */
    private record Told(
            Round round, Instant asked, @Nullable Answers answers) {}

    /** The questions of one check. */
    public record Round(DueCheck check, List<CanarySpec.Check> metrics) {
        public Round {
            metrics = List.copyOf(metrics);
        }
    }

    /** By the hash of the revision and the name of the metric. */
    public record Answers(Map<String, Map<String, Answer>> byRevision) {
        /** Everything said of one revision. */
        public Map<String, Answer> of(String revision) {
            return byRevision.getOrDefault(revision, Map.of());
        }
    }

    public PrometheusQueries(InstantSource clock) {
        this(clock, PATIENCE);
    }

    PrometheusQueries(InstantSource clock, Duration patience) {
        this.clock = clock;
        this.client = new PrometheusClient(patience);
    }

    /**
     * What was answered, once all is; the first call for a check begins to ask.
     *
     * @param resource namespace and name
     * @param questions asked for where they have to be sent
     * @param afterwards runs when all is answered or given up
     */
    public Optional<Answers> of(String resource, Round round, Supplier<List<Question>> questions, Runnable afterwards) {
        Told known = told.get(resource);
        if (known != null && known.round().equals(round)) {
            return Optional.ofNullable(known.answers());
        }
        Instant now = clock.instant();
        told.values().removeIf(old -> old.asked().isBefore(now.minus(STALE)));
        told.put(resource, new Told(round, now, null));
        List<Question> asked = questions.get();
        askers.execute(() -> {
            Answers answers = new Answers(ask(resource, asked, now));
            told.computeIfPresent(
                    resource, (_, one) -> one.round().equals(round) ? new Told(round, one.asked(), answers) : one);
            afterwards.run();
        });
        return Optional.empty();
    }

    /** No check of that resource is due: what was answered counts no more. */
    public void forget(String resource) {
        told.remove(resource);
    }

    private Map<String, Map<String, Answer>> ask(String resource, List<Question> questions, Instant at) {
        Map<String, Map<String, Answer>> answers = new HashMap<>();
        try {
            boolean mayAsk = free.tryAcquire(QUEUE.toMillis(), TimeUnit.MILLISECONDS);
            try {
                Map<String, Answer> silent = new HashMap<>();
                for (Question question : questions) {
                    Answer answer = mayAsk ? ask(question, at, silent) : new Answer.None("too many other checks ask");
                    if (answer instanceof Answer.None(String reason)) {
                        LOG.info("{}: {} of {}: {}", resource, question.metric(), question.revision(), reason);
                    }
                    answers.computeIfAbsent(question.revision(), _ -> new HashMap<>())
                            .put(question.metric(), answer);
                }
            } finally {
                if (mayAsk) {
                    free.release();
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        return answers;
    }

    /** @param silent servers that did not answer just now, and would keep the next question waiting as long */
    private Answer ask(Question question, Instant at, Map<String, Answer> silent) throws InterruptedException {
        if (question.server().isEmpty()) {
            return new Answer.None("nobody said where Prometheus is");
        }
        Answer earlier = silent.get(question.server());
        if (earlier != null) {
            return earlier;
        }
        Reply reply = client.ask(question.server(), question.query(), at);
        if (!reply.reached()) {
            silent.put(question.server(), reply.answer());
        }
        return reply.answer();
    }

    @Override
    public void close() {
        askers.shutdownNow();
        client.close();
    }
}
