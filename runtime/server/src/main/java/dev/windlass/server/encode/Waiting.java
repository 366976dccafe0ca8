package dev.windlass.server.encode;

import dev.windlass.engine.EncoderEngine;
import dev.windlass.engine.EngineException;
import dev.windlass.engine.run.EncoderText;
import dev.windlass.http.ClientConnection;
import dev.windlass.server.openai.EngineFailures;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * How long someone waits for an encoder, and what is looked after meanwhile.
 *
 * @param timeout after which the result is of no use
 * @param meanwhile called every now and then, to throw when the wait is in vain
 */
public record Waiting(Duration timeout, Runnable meanwhile) {
    private static final Duration POLL = Duration.ofMillis(100);

    /** The client of this thread's request, who may leave. */
    static Waiting forClient(Duration timeout, BooleanSupplier isCut) {
        var connection = ClientConnection.current();
        connection.watch();
        return new Waiting(timeout, () -> {
            if (connection.hasClosedItsSide()) {
                connection.probe();
            }
            if (isCut.getAsBoolean()) {
                throw EngineFailures.shuttingDown();
            }
        });
    }

    /** Has texts computed, and gives a row for each. Throws what {@link EngineFailures} makes of a failure. */
    float[][] run(EncoderEngine engine, List<EncoderText> texts) {
        try (var encoding = engine.submit(texts, timeout)) {
            while (true) {
                Optional<float[][]> rows = encoding.await(POLL);
                if (rows.isPresent()) {
                    return rows.get();
                }
                meanwhile.run();
            }
        } catch (EngineException e) {
            throw EngineFailures.describe(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw EngineFailures.shuttingDown();
        }
    }
}
