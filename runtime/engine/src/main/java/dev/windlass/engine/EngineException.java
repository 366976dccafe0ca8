package dev.windlass.engine;

import java.time.Duration;

/** Why the engine did not serve a request. The edge maps each case to a status. */
public sealed class EngineException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    EngineException(String message) {
        super(message);
    }

    EngineException(String message, Throwable cause) {
        super(message, cause);
    }

    /** The waiting queue is full. */
    public static final class QueueFull extends EngineException {
        private static final long serialVersionUID = 1L;
        private final Duration retryAfter;

        QueueFull(int waiting, Duration retryAfter) {
            super("the waiting queue is full: %d requests wait already".formatted(waiting));
            this.retryAfter = retryAfter;
        }

        /** How long a client should wait before it tries again, from the engine's present pace. */
        public Duration retryAfter() {
            return retryAfter;
        }
    }

    /** The request took longer than its timeout. */
    public static final class DeadlineExceeded extends EngineException {
        private static final long serialVersionUID = 1L;

        DeadlineExceeded(Duration timeout) {
            super("the request did not finish within its timeout of " + timeout.toMillis() + " ms");
        }
    }

    /** The prompt, or the prompt and the output's bound, does not fit the context. */
    public static final class PromptTooLong extends EngineException {
        private static final long serialVersionUID = 1L;

        PromptTooLong(int tokens, int context) {
            super("the prompt has %d tokens, and the context holds %d with at least one to generate"
                    .formatted(tokens, context));
        }
    }

    /** The engine is closing, or closed. */
    public static final class ShuttingDown extends EngineException {
        private static final long serialVersionUID = 1L;

        ShuttingDown() {
            super("the engine is shutting down");
        }
    }

    /** A step failed. */
    public static final class StepFailed extends EngineException {
        private static final long serialVersionUID = 1L;

        StepFailed(Throwable cause) {
            super("the model could not be run: " + cause.getMessage(), cause);
        }
    }
}
