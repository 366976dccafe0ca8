package dev.windlass.cli;

import dev.windlass.server.ServerOptions;
import dev.windlass.server.WindlassServer;
import dev.windlass.server.load.LoadListener;
import dev.windlass.server.load.LoadMeter;
import dev.windlass.server.metrics.ServerMetrics;
import dev.windlass.server.registry.ModelRegistry;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Where programs ask a command how far it is, as they ask a server that loads: an operator whose Job prepares a model. */
final class ProgressPort {
    @Spec(Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec command;

    @Option(
            names = "--progress-port",
            paramLabel = "PORT",
            description = "Answer GET /health/loading on this port meanwhile (default: on none).")
    private int port;

    /** Tells a listener, and whoever asks until it is closed. */
    Open open(String model, LoadListener listener) {
        if (port == 0) {
            return new Open(listener, null, null);
        }
        var meter = new LoadMeter(model);
        var registry = new ModelRegistry();
        registry.loading("%s is being prepared, and not served here".formatted(model), meter::state);
        var metrics = new ServerMetrics();
        try {
            var server = WindlassServer.start(ServerOptions.DEFAULT.withAddress("0.0.0.0", port), registry, metrics);
            return new Open(meter.and(listener), server, metrics);
        } catch (UncheckedIOException taken) {
            metrics.close();
            throw new ParameterException(
                    command.commandLine(), "cannot listen on port %d: choose another --progress-port".formatted(port));
        }
    }

    /** Owns the server, if there is one. */
    record Open(
            LoadListener listener,
            @Nullable WindlassServer server,
            @Nullable ServerMetrics metrics) implements AutoCloseable {
        @Override
        public void close() {
            if (server != null) {
                server.close();
            }
            if (metrics != null) {
                metrics.close();
            }
        }
    }
}
