package dev.windlass.server.load;

import dev.windlass.model.weight.Quantization;
import dev.windlass.server.registry.RegisteredModel;
import dev.windlass.server.registry.ServedEncoder;
import dev.windlass.server.registry.ServedModel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** A model that is served, and everything that must be closed when it no longer is. */
public final class LoadedModel implements AutoCloseable {
    private final RegisteredModel registered;
    private final Summary summary;
    private final Deque<Runnable> closing;

    /**
     * What was loaded, for people.
     *
     * @param sequences how many requests run at once, or how many of an encoder's longest texts are computed together
     */
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

    LoadedModel(RegisteredModel registered, Summary summary, Deque<Runnable> closing) {
        this.registered = registered;
        this.summary = summary;
        this.closing = new ArrayDeque<>(closing);
    }

    public RegisteredModel registered() {
        return registered;
    }

    /** @throws IllegalStateException when it is not a model that generates */
    public ServedModel served() {
        return switch (registered) {
            case ServedModel served -> served;
            case ServedEncoder encoder ->
                throw new IllegalStateException(
                        "expected a model that generates, found %s, which %s".formatted(encoder.name(), encoder.use()));
        };
    }

    public Summary summary() {
        return summary;
    }

    /** Lets what runs finish, for so long at most, then frees everything. */
    public synchronized void close(Duration drain) {
        if (!closing.isEmpty()) {
            switch (registered) {
                case ServedModel served -> served.engine().close(drain);
                case ServedEncoder encoder -> encoder.engine().close(drain);
            }
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
