package dev.windlass.server.openai;

import dev.windlass.engine.EngineException;
import dev.windlass.engine.Generation;
import dev.windlass.engine.GenerationEvent;
import dev.windlass.engine.GenerationRequest;
import dev.windlass.server.registry.ServedModel;
import io.helidon.webserver.http.ServerRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/** The sequences of one HTTP request, side by side. One thread takes; closing ends all of them. */
final class Generations implements AutoCloseable {
    private static final Duration PUMP_WAIT = Duration.ofSeconds(1);

    private final List<Generation> generations;
    private final BlockingQueue<Batch> merged;
    private final EnginePhases phases;
    private final List<Thread> pumps = new ArrayList<>();

    private record Batch(int index, List<GenerationEvent> events) {}

    /** Receives what one sequence had to tell. */
    interface Receiver {
        void accept(int index, List<GenerationEvent> events);
    }

    private Generations(List<Generation> generations, EnginePhases phases) {
        this.generations = generations;
        this.phases = phases;
        this.merged = new ArrayBlockingQueue<>(Math.max(1, 2 * generations.size()));
        if (generations.size() > 1) {
            for (int i = 0; i < generations.size(); i++) {
                int index = i;
                pumps.add(Thread.ofVirtual().name("generation-" + i).start(() -> pump(index)));
            }
        }
    }

    /** Submits all sequences of a request, or none. */
    static Generations submit(ServerRequest asks, ServedModel model, List<GenerationRequest> requests) {
        var phases = EnginePhases.begin(asks);
        var generations = new ArrayList<Generation>(requests.size());
        try {
            for (var request : requests) {
                generations.add(model.engine().submit(request));
            }
        } catch (EngineException e) {
            generations.forEach(Generation::cancel);
            throw EngineFailures.describe(e);
        } catch (RuntimeException e) {
            generations.forEach(Generation::cancel);
            throw e;
        }
        return new Generations(generations, phases);
    }

    /**
     * Waits for events and hands on all that are there.
     *
     * @return whether there were any within {@code timeout}
     */
    boolean take(Duration timeout, Receiver receiver) throws InterruptedException {
        if (generations.size() == 1) {
            var events = generations.getFirst().take(timeout);
            if (events.isEmpty()) {
                return false;
            }
            receiver.accept(0, events);
            return true;
        }
        var batch = merged.poll(timeout.toNanos(), TimeUnit.NANOSECONDS);
        if (batch == null) {
            return false;
        }
        while (batch != null) {
            receiver.accept(batch.index(), batch.events());
            batch = merged.poll();
        }
        return true;
    }

    /** What is written down of a sequence when it ends. */
    EnginePhases phases() {
        return phases;
    }

    private void pump(int index) {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                var events = generations.get(index).take(PUMP_WAIT);
                if (events.isEmpty()) {
                    continue;
                }
                merged.put(new Batch(index, events));
                if (isEnd(events.getLast())) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean isEnd(GenerationEvent event) {
        return switch (event) {
            case GenerationEvent.Finished _, GenerationEvent.Failed _ -> true;
            case GenerationEvent.PromptScored _, GenerationEvent.Token _ -> false;
        };
    }

    @Override
    public void close() {
        generations.forEach(Generation::cancel);
        pumps.forEach(Thread::interrupt);
    }
}
