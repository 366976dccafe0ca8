package dev.windlass.cli;

import static java.util.stream.Collectors.joining;

import dev.windlass.gateway.EdgeFlags;
import dev.windlass.http.TlsFiles;
import dev.windlass.logging.Logging;
import dev.windlass.model.CacheDirectory;
import dev.windlass.nvml.Nvml;
import dev.windlass.onnx.OnnxRuntime;
import dev.windlass.server.ServerOptions;
import dev.windlass.server.WindlassServer;
import dev.windlass.server.dashboard.Dashboard;
import dev.windlass.server.load.LoadMeter;
import dev.windlass.server.load.LoadedModel;
import dev.windlass.server.load.ModelLoader;
import dev.windlass.server.load.ModelSettings;
import dev.windlass.server.metrics.ServerMetrics;
import dev.windlass.server.registry.ModelRegistry;
import dev.windlass.server.registry.ServedEncoder;
import dev.windlass.server.registry.ServedModel;
import dev.windlass.tracing.Tracing;
import io.helidon.webserver.http.Filter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "serve",
        description = "Serves a model on this machine, behind OpenAI's API, until Ctrl-C.",
        footer = {
            "",
            "Examples:",
            "  windlass serve examples/demo.yaml",
            "  windlass serve --model hf://Qwen/Qwen2.5-0.5B-Instruct --quantization int4",
            "  windlass serve --model ./my-model --context 4096 --port 9000",
            "  windlass serve examples/demo.yaml --keys keys.yaml --tls-certificate tls.crt --tls-key tls.key"
        })
final class ServeCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(ServeCommand.class);

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", arity = "0..1", description = "A YAML file with LlmDeployments.")
    private @Nullable Path file;

    @Option(
            names = "--model",
            paramLabel = "SOURCE",
            description = "hf://org/name@revision, s3://bucket/path, https://… or a directory, in place of a file.")
    private @Nullable String model;

    @Option(names = "--name", description = "What clients call the model (default: the end of its source).")
    private @Nullable String name;

    @Option(
            names = "--alias",
            paramLabel = "NAME",
            description = "One more name that clients may call it by; may be given several times.")
    private List<String> aliases = List.of();

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private ModelOptions options;

    @Option(
            names = "--host",
            defaultValue = "127.0.0.1",
            description = "The address to listen on (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init")
    private String host;

    @Option(
            names = "--port",
            defaultValue = "8080",
            description = "The port, 0 for any that is free (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(
            names = "--request-timeout",
            paramLabel = "SECONDS",
            description = "How long a request may take in all (default: 600).")
    private int timeoutSeconds;

    @Option(
            names = "--drain-timeout",
            paramLabel = "SECONDS",
            description = "How long Ctrl-C waits for running streams (default: 120).")
    private int drainSeconds;

    @Option(names = "--dashboard", description = "Show a page with live charts at /dashboard.")
    private boolean dashboard;

    @Option(
            names = "--runtime-tls",
            paramLabel = "DIR",
            description =
                    "Behind gateways elsewhere: serve HTTPS with tls.crt and tls.key of this folder, and only whoever has a"
                            + " certificate for a gateway or the operator by an authority in ca.crt; watched.")
    private @Nullable Path runtimeTls;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private EdgeFlags edge;

    @Override
    public Integer call() throws IOException, InterruptedException {
        var err = spec.commandLine().getErr();
        var deployments = deployments();
        Duration timeout = timeoutSeconds > 0 ? Duration.ofSeconds(timeoutSeconds) : deployments.requestTimeout();
        Duration drain = drainSeconds > 0 ? Duration.ofSeconds(drainSeconds) : deployments.drain();
        var registry = new ModelRegistry();
        var loaded = new ArrayList<LoadedModel>();
        try (var runtime = OnnxRuntime.open();
                var metrics = new ServerMetrics();
                var gpus = Nvml.open().orElse(null);
                var tracing = Tracing.start("windlass-runtime", System.getenv()).orElse(null)) {
            if (gpus != null) {
                metrics.observeGpus(gpus::read);
            }
            String secret = secret(deployments);
            List<Filter> around = tracing == null ? List.of() : List.of(tracing.filter());
            try (var server = listen(registry, metrics, timeout, secret, around);
                    var front = secret == null ? null : front(deployments, server.port(), secret)) {
                var loader = new ModelLoader(runtime, cache(), metrics::listener, metrics::encoderListener);
                for (ModelSettings settings : deployments.models()) {
                    var meter = new LoadMeter(settings.name());
                    registry.loading("%s is being loaded".formatted(settings.name()), meter::state);
                    // The engine's thread inherits it, and says so in every line.
                    try (var _ = MDC.putCloseable("model", settings.name());
                            var progress = new LoadProgress(err, settings.name())) {
                        loaded.add(loader.load(settings, meter.and(progress)));
                    }
                    var registered = loaded.getLast().registered();
                    metrics.observe(registered);
                    metrics.loaded(registered.name(), loaded.getLast().summary());
                    registry.add(registered);
                }
                // Until here Ctrl-C ends the process at once: there is nothing to finish.
                var stop = StopSignal.listen();
                registry.ready();
                welcome(
                        Logging.narrator(spec.commandLine().getOut(), LOG),
                        front == null ? server.port() : front.port(),
                        loaded);
                stop.await();
                err.println("windlass: stopping; running requests may take %d s more (Ctrl-C again to stop now)"
                        .formatted(drain.toSeconds()));
                if (front != null) {
                    front.close(drain);
                }
                server.close(drain);
            } finally {
                loaded.forEach(LoadedModel::close);
            }
        }
        return ExitCode.OK;
    }

    /** Of a front, where there is something to do before the runtime. */
    private @Nullable String secret(Deployments deployments) {
        if (!Front.isNeeded(deployments.guarded(), edge)) {
            return null;
        }
        if (runtimeTls != null) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--runtime-tls is for a runtime behind gateways elsewhere, which apply policies: it goes neither with"
                            + " --keys and --tls-certificate nor with models that ask for policies");
        }
        return Front.secret();
    }

    /**
     * @param secret of a front, behind which it hides; null listens for clients itself
     * @param around what surrounds its routes
     */
    private WindlassServer listen(
            ModelRegistry registry,
            ServerMetrics metrics,
            Duration timeout,
            @Nullable String secret,
            List<Filter> around) {
        var options = ServerOptions.DEFAULT.withRequestTimeout(timeout).withDashboard(dashboard);
        if (secret != null) {
            return WindlassServer.start(
                    options.withAddress("127.0.0.1", 0).withSecret(secret), registry, metrics, around);
        }
        var open = options.withAddress(host, port);
        try {
            return WindlassServer.start(
                    runtimeTls == null ? open : open.withTls(TlsFiles.in(runtimeTls)), registry, metrics, around);
        } catch (UncheckedIOException problem) {
            if (problem.getCause() instanceof FileSystemException) {
                throw problem;
            }
            throw cannotListen(problem);
        }
    }

    private Front front(Deployments deployments, int runtimePort, String secret) {
        try {
            return Front.start(host, port, edge, deployments, runtimePort, secret);
        } catch (UncheckedIOException problem) {
            if (problem.getCause() instanceof BindException) {
                throw cannotListen(problem);
            }
            throw problem;
        }
    }

    private ParameterException cannotListen(UncheckedIOException problem) {
        return new ParameterException(
                spec.commandLine(),
                "cannot listen on %s:%d (%s): choose another address with --host and --port"
                        .formatted(host, port, reason(problem)));
    }

    private static String reason(UncheckedIOException problem) {
        Throwable cause = problem.getCause() == null ? problem : problem.getCause();
        return String.valueOf(cause.getMessage());
    }

    private Deployments deployments() {
        if ((file == null) == (model == null)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "say what to serve: either a file, such as examples/demo.yaml, or --model with a source");
        }
        if (file != null && !aliases.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "--alias goes with --model; in a file it is spec.model.servedNames");
        }
        return file != null
                ? Deployments.read(file, options)
                : Deployments.of(
                        ModelSources.parse(Objects.requireNonNull(model), Path.of("")), name, aliases, options);
    }

    static CacheDirectory cache() {
        return CacheDirectory.standard(System.getenv(), Path.of(System.getProperty("user.home")));
    }

    private static double seconds(Duration time) {
        return time.toMillis() / 1e3;
    }

    private static String room(LoadedModel model) {
        var what = model.summary();
        return switch (model.registered()) {
            case ServedModel _ ->
                "%d tokens of context, %d requests at once".formatted(what.contextLength(), what.sequences());
            case ServedEncoder encoder ->
                "%s, texts of up to %d tokens, %d such texts at once"
                        .formatted(encoder.use(), what.contextLength(), what.sequences());
        };
    }

    private void welcome(PrintWriter out, int actualPort, List<LoadedModel> models) {
        String url = "%s://%s:%d"
                .formatted(
                        edge.tls() == null && runtimeTls == null ? "http" : "https",
                        host.equals("0.0.0.0") ? "127.0.0.1" : host,
                        actualPort);
        for (var one : models) {
            var what = one.summary();
            out.printf(
                    "%s: %s, %.1f M parameters, %s, %s, %d threads, loaded in %.1f s (%s)%n",
                    one.registered().name(),
                    what.family(),
                    what.parameters() / 1e6,
                    what.quantization(),
                    room(one),
                    what.threads(),
                    seconds(what.took()),
                    what.phases().stream()
                            .map(phase -> "%s %.2f".formatted(phase.name(), seconds(phase.took())))
                            .collect(joining(", ")));
        }
        out.printf("Serving at %s (OpenAI's API under /v1, metrics under /metrics; Ctrl-C stops)%n", url);
        if (dashboard) {
            out.printf("Dashboard at %s%s%n", url, Dashboard.PATH);
        }
        out.println();
        out.printf("  %s%n%n", Welcome.example(url, models.getFirst().registered()));
        out.flush();
    }
}
