package dev.windlass.server.load;

import dev.windlass.model.weight.Quantization;
import dev.windlass.server.registry.ServedModel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** A model that is served, and everything that must be closed when it no longer is. */
public final class LoadedModel implements AutoCloseable {
    private final ServedModel served;
    private final Summary summary;
    private final Deque<Runnable> closing;

    /** What was loaded, for people. */
    public record Summary(
            String family,
            long parameters,
            Quantization quantization,
            int contextLength,
            int sequences,
            int threads,
            List<Phase> phases) {
        public Summary {
            phases = List.copyOf(phases);
        }

        /** How long loading took. */
        public Duration took() {
            return phases.stream().map(Phase::took).reduce(Duration.ZERO, Duration::plus);
        }
    }

    /** A part of loading, and how long it took. */
    public record Phase(String name, Duration took) {}

    LoadedModel(ServedModel served, Summary summary, Deque<Runnable> closing) {
        this.served = served;
        this.summary = summary;
        this.closing = new ArrayDeque<>(closing);
    }

    public ServedModel served() {
        return served;
    }

    public Summary summary() {
        return summary;
    }

    /** Lets what runs finish, for so long at most, then frees everything. */
    public synchronized void close(Duration drain) {
        if (!closing.isEmpty()) {
            served.engine().close(drain);
        }
        while (!closing.isEmpty()) {
            closing.pop().run();
        }
    }

    @Override
    public void close() {
        close(Duration.ZERO);
    }
}
