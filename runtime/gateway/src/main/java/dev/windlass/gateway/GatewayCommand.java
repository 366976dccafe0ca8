package dev.windlass.gateway;

import dev.windlass.api.ResourceFile;
import dev.windlass.gateway.edge.Policies;
import dev.windlass.gateway.route.CurrentRoutes;
import dev.windlass.gateway.source.ClusterWatch;
import dev.windlass.gateway.source.RouteFileWatch;
import dev.windlass.gateway.upstream.RuntimeTls;
import dev.windlass.logging.Logging;
import dev.windlass.policy.keys.CurrentKeys;
import dev.windlass.tracing.Tracing;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import sun.misc.Signal;

/** Starts a gateway from the command line, and stops it with the process. */
@Command(
        name = "gateway",
        mixinStandardHelpOptions = true,
        description = "Route OpenAI's API to several servers by the model that requests name.")
public final class GatewayCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(GatewayCommand.class);
    private static final Duration LOOK = Duration.ofSeconds(1);
    /** What a shell reports for a process that a signal ended; the second one ends it at once. */
    private static final int INTERRUPTED = 130;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec command;

    @ArgGroup(multiplicity = "1", exclusive = true)
    private Source source = new Source();

    /** Where the routes come from. */
    private static final class Source {
        @Option(
                names = "--routes",
                required = true,
                paramLabel = "FILE",
                description = "the routes, YAML or JSON; watched")
        private @Nullable Path file;

        @ArgGroup(multiplicity = "1", exclusive = false)
        private @Nullable Cluster cluster;
    }

    /** A cluster that the routes come from. */
    private static final class Cluster {
        @Option(
                names = "--cluster",
                required = true,
                description =
                        "the LlmDeployments of the cluster it runs in, or that the current context of kubectl names")
        @SuppressWarnings("unused") // That the group is there says it.
        private boolean chosen;

        @Option(
                names = "--watch-namespace",
                paramLabel = "NAME",
                description = "of this namespace only; may be repeated (all)")
        private List<String> namespaces = List.of();

        @Option(
                names = "--keys-namespace",
                paramLabel = "NAMESPACE",
                description =
                        "keys are in the Secrets of this namespace that have the label windlass.dev/keys, * for those of"
                                + " all; may be repeated (none)")
        private List<String> keyNamespaces = List.of();

        ClusterWatch.@Nullable KeySecrets secrets(CurrentKeys keys) {
            if (keyNamespaces.isEmpty()) {
                return null;
            }
            return new ClusterWatch.KeySecrets(
                    keys, keyNamespaces.contains("*") ? Set.of() : Set.copyOf(keyNamespaces));
        }
    }

    @Mixin
    private EdgeFlags edge = new EdgeFlags();

    @Mixin
    private RuntimeTlsFlags runtimeTls = new RuntimeTlsFlags();

    @Option(
            names = "--filter-policies",
            paramLabel = "FILE",
            description = "with --routes: a YAML file with the LlmFilterPolicies that its deployments name")
    private @Nullable Path filterPolicies;

    @Option(names = "--host", paramLabel = "ADDRESS", description = "where to listen (${DEFAULT-VALUE})")
    private String host = "0.0.0.0";

    @Option(names = "--port", paramLabel = "PORT", description = "clients' port; 0 for any (${DEFAULT-VALUE})")
    private int port = 8000;

    @Option(
            names = "--operations-port",
            paramLabel = "PORT",
            description = "port of health, metrics and measurements; 0 for any (${DEFAULT-VALUE})")
    private int operationsPort = 9000;

    @Option(
            names = "--unready-seconds",
            paramLabel = "SECONDS",
            description = "when asked to stop, how long to serve on while not ready (${DEFAULT-VALUE})")
    private long unreadySeconds = 0;

    @Option(
            names = "--drain-timeout",
            paramLabel = "SECONDS",
            description = "when asked to stop, how long running requests may take (${DEFAULT-VALUE})")
    private long drainSeconds = 30;

    @Override
    public Integer call() throws Exception {
        var stop = new CountDownLatch(1);
        for (String name : List.of("TERM", "INT")) {
            Signal.handle(new Signal(name), _ -> {
                if (stop.getCount() == 0) {
                    Runtime.getRuntime().halt(INTERRUPTED);
                }
                stop.countDown();
            });
        }
        var routes = new CurrentRoutes();
        if (edge.hasKeys() && source.cluster != null && !source.cluster.keyNamespaces.isEmpty()) {
            throw new ParameterException(command.commandLine(), "--keys and --keys-namespace exclude each other");
        }
        var options =
                GatewayOptions.DEFAULT.withAddress(host, port, operationsPort).withTls(edge.tls());
        try (var tracing = Tracing.start("windlass-gateway", System.getenv()).orElse(null);
                var tls = runtimeTls.open();
                var policies = edge.policies(routes, List.of(), Map.of(), tls);
                var _ = watch(routes, policies, tls)) {
            var gateway = Gateway.start(
                    options, routes, policies.edge(), tls, tracing == null ? List.of() : List.of(tracing.filter()));
            try {
                Logging.narrator(new PrintWriter(System.out, true, System.out.charset()), LOG)
                        .printf(
                                "Gateway at %s://%s:%d (measurements at port %d; Ctrl-C stops)%n",
                                edge.tls() == null ? "http" : "https",
                                host.equals("0.0.0.0") ? "127.0.0.1" : host,
                                gateway.port(),
                                gateway.operationsPort());
                stop.await();
            } finally {
                gateway.close(Duration.ofSeconds(unreadySeconds), Duration.ofSeconds(drainSeconds));
            }
        }
        return 0;
    }

    /** Keys come from the cluster or from files, not from both. */
    private AutoCloseable watch(CurrentRoutes routes, Policies policies, RuntimeTls tls) {
        Cluster cluster = source.cluster;
        if (filterPolicies != null) {
            policies.filterPolicies()
                    .replace(ResourceFile.contents(filterPolicies).policies());
        }
        return cluster == null
                ? RouteFileWatch.start(Objects.requireNonNull(source.file), routes, tls, LOOK)
                : ClusterWatch.start(
                        new KubernetesClientBuilder().build(),
                        Set.copyOf(cluster.namespaces),
                        routes,
                        tls,
                        policies.filterPolicies(),
                        cluster.secrets(policies.keys()));
    }
}
