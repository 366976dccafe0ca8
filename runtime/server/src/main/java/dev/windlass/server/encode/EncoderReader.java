package dev.windlass.server.encode;

import dev.windlass.http.Fields;
import dev.windlass.http.LogContext;
import dev.windlass.server.openai.RequestTimeout;
import dev.windlass.server.openai.TokenBounds;
import dev.windlass.server.registry.EncoderPurpose;
import dev.windlass.server.registry.ModelRegistry;
import dev.windlass.server.registry.RegisteredModel;
import dev.windlass.server.registry.ServedEncoder;
import io.helidon.webserver.http.ServerRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Reads what requests to encoders have in common. */
final class EncoderReader {
    private final ModelRegistry models;
    private final Duration longest;
    private final BooleanSupplier isCut;

    EncoderReader(ModelRegistry models, Duration longest, BooleanSupplier isCut) {
        this.models = models;
        this.longest = longest;
        this.isCut = isCut;
    }

    /**
     * A request to an encoder for what it is for.
     *
     * @param asked what the client calls the model
     */
    record Job<P extends EncoderPurpose>(
            ServedEncoder encoder, P purpose, String asked, EncoderInputs inputs, Waiting waiting) {}

    <P extends EncoderPurpose> Job<P> read(ServerRequest request, Fields body, Class<P> purpose) {
        models.requireReady();
        ServedEncoder encoder = models.model(body.text("model"), model -> fitting(model, purpose));
        LogContext.model(encoder.name());
        return new Job<>(
                encoder,
                purpose.cast(encoder.purpose()),
                body.text("model").orElse(encoder.name()),
                EncoderInputs.of(body, encoder, TokenBounds.of(request)),
                Waiting.forClient(RequestTimeout.read(request, longest), isCut));
    }

    private static Optional<ServedEncoder> fitting(RegisteredModel model, Class<?> purpose) {
        return model instanceof ServedEncoder encoder && purpose.isInstance(encoder.purpose())
                ? Optional.of(encoder)
                : Optional.empty();
    }
}
