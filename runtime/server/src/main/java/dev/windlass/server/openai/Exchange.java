package dev.windlass.server.openai;

import dev.windlass.engine.GenerationEvent;
import dev.windlass.http.ClientConnection;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Carries events from the engine to one client until all its sequences ended: the only place where a request waits. It
 * wakes for events, at once, and otherwise often enough to notice that the client left or that the server stops.
 */
final class Exchange {
    private static final Duration POLL = Duration.ofMillis(100);

    private final Duration heartbeat;
    private final BooleanSupplier isCut;

    /**
     * @param heartbeat the longest silence on a stream
     * @param isCut whether the server cannot wait any longer for its streams
     */
    Exchange(Duration heartbeat, BooleanSupplier isCut) {
        this.heartbeat = heartbeat;
        this.isCut = isCut;
    }

    /** What becomes of the events. */
    interface Answer {
        void token(int index, GenerationEvent.Token token);

        void promptScored(int index, GenerationEvent.PromptScored scored);

        void finished(int index, GenerationEvent.Finished finished);
    }

    /** Who waits for the answer. */
    interface Client {
        /** Sends what is ready; called once for all the events at hand. */
        void flush();

        /** Shows that the server is still at work; fails when the client has left. */
        void signOfLife();

        /** Whether signs of life are wanted from a server that is merely slow. */
        boolean wantsHeartbeat();
    }

    /** Runs to the end. Throws what {@link EngineFailures} makes of a failure. */
    void run(Generations generations, int sequences, Answer answer, Client client) {
        var connection = ClientConnection.current();
        connection.watch();
        var progress = new Progress(answer, generations.phases(), sequences);
        long lastSign = System.nanoTime();
        try {
            while (progress.running > 0) {
                boolean any = generations.take(POLL, progress);
                if (any) {
                    client.flush();
                }
                long now = System.nanoTime();
                long quiet = now - lastSign;
                if (any && client.wantsHeartbeat()) {
                    lastSign = now;
                } else if (progress.running > 0
                        && (connection.hasClosedItsSide()
                                ? quiet > POLL.toNanos() / 2
                                : client.wantsHeartbeat() && quiet > heartbeat.toNanos())) {
                    client.signOfLife();
                    lastSign = now;
                }
                if (progress.running > 0 && isCut.getAsBoolean()) {
                    throw EngineFailures.shuttingDown();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw EngineFailures.shuttingDown();
        }
    }

    /** Hands events on by kind and counts the sequences that run. */
    private static final class Progress implements Generations.Receiver {
        private final Answer answer;
        private final EnginePhases phases;
        private int running;

        Progress(Answer answer, EnginePhases phases, int running) {
            this.answer = answer;
            this.phases = phases;
            this.running = running;
        }

        @Override
        public void accept(int index, List<GenerationEvent> events) {
            for (int i = 0; i < events.size(); i++) {
                switch (events.get(i)) {
                    case GenerationEvent.Token token -> answer.token(index, token);
                    case GenerationEvent.PromptScored scored -> answer.promptScored(index, scored);
                    case GenerationEvent.Finished finished -> {
                        if (finished.reason() == GenerationEvent.FinishReason.ABORT) {
                            throw EngineFailures.shuttingDown();
                        }
                        phases.finished(index, finished);
                        answer.finished(index, finished);
                        running--;
                    }
                    case GenerationEvent.Failed(var cause) -> throw EngineFailures.describe(cause);
                }
            }
        }
    }
}
