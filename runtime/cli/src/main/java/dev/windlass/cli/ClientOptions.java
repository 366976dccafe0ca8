package dev.windlass.cli;

import dev.windlass.cli.client.OpenAiClient;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which server a command talks with, and which of its models. */
final class ClientOptions {
    private static final Duration TIMEOUT = Duration.ofMinutes(10);

    @Option(
            names = "--url",
            defaultValue = "http://localhost:8080",
            description = "The server (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init")
    private URI url;

    @Option(names = "--model", description = "The model's name (default: the first that the server lists).")
    private @Nullable String model;

    @Option(
            names = "--api-key",
            defaultValue = "${env:OPENAI_API_KEY}",
            description = "Sent as a bearer token (default: $OPENAI_API_KEY).")
    private @Nullable String apiKey;

    /** Yours to close. */
    OpenAiClient connect() {
        return new OpenAiClient(url, Optional.ofNullable(apiKey), TIMEOUT);
    }

    URI url() {
        return url;
    }

    /** The name to ask for. Asks the server unless the command line says. */
    String model(OpenAiClient client) throws IOException, InterruptedException {
        if (model != null) {
            return model;
        }
        return client.models().stream()
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(url + " lists no model; name one with --model"));
    }
}
