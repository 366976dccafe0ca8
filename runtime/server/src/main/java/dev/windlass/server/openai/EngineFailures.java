package dev.windlass.server.openai;

import dev.windlass.engine.EngineException;
import dev.windlass.http.ApiException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What clients are told of the engine's failures. */
public final class EngineFailures {
    private static final Logger LOG = LoggerFactory.getLogger(EngineFailures.class);
    private static final Duration RETRY = Duration.ofSeconds(2);

    private EngineFailures() {}

    public static ApiException describe(EngineException failure) {
        return switch (failure) {
            case EngineException.QueueFull full ->
                ApiException.overloaded("The server is busy: " + full.getMessage() + ".", full.retryAfter());
            case EngineException.DeadlineExceeded late ->
                ApiException.server(504, "request_timeout", "The request timed out: " + late.getMessage() + ".");
            case EngineException.PromptTooLong tooLong ->
                ApiException.invalid(
                        400,
                        "messages",
                        "context_length_exceeded",
                        "The request does not fit the model's context: " + tooLong.getMessage() + ".");
            case EngineException.ShuttingDown _ -> shuttingDown();
            case EngineException.StepFailed failed -> {
                LOG.error("the engine failed a request", failed);
                yield ApiException.server(500, "engine_error", "The engine failed to process the request.");
            }
            case EngineException other -> {
                LOG.error("the engine refused a request", other);
                yield ApiException.server(500, "engine_error", "The engine failed to process the request.");
            }
        };
    }

    public static ApiException shuttingDown() {
        return ApiException.unavailable("shutting_down", "The server is shutting down.", RETRY);
    }
}
