package dev.windlass.operator;

import dev.windlass.logging.Logging;
import dev.windlass.operator.desired.Installation;
import dev.windlass.operator.desired.InstallationFile;
import dev.windlass.operator.telemetry.OperatorMetrics;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Starts an operator from the command line, and stops it with the process. */
@Command(
        name = "operator",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Turn the LlmDeployments of a cluster into running pods.")
final class OperatorCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(OperatorCommand.class);

    @Option(
            names = "--installation",
            paramLabel = "FILE",
            description = "the settings of the installation, YAML; the standard where there is none")
    private @Nullable Path installation;

    @Option(
            names = "--namespace",
            paramLabel = "NAME",
            defaultValue = "${env:POD_NAMESPACE:-windlass-system}",
            description = "where the operator and the gateway run (${DEFAULT-VALUE})")
    private String namespace = "";

    @Option(
            names = "--watch-namespace",
            paramLabel = "NAME",
            description = "care for this namespace's resources only; may be repeated (all)")
    private List<String> watched = List.of();

    @Option(names = "--port", paramLabel = "PORT", description = "port of health and metrics (${DEFAULT-VALUE})")
    private int port = 8081;

    @Option(
            names = "--custom-metrics-port",
            paramLabel = "PORT",
            description =
                    "port of custom.metrics.k8s.io, which the API server asks for autoscalers; 0 for none (${DEFAULT-VALUE})")
    private int metricsPort = 6443;

    @Option(
            names = "--gateway-service",
            paramLabel = "NAME",
            description = "the headless Service of the gateways' operations ports (${DEFAULT-VALUE})")
    private String gatewayService = "windlass-gateway-operations";

    @Option(names = "--lease", paramLabel = "NAME", description = "the Lease that the leader holds (${DEFAULT-VALUE})")
    private String lease = "windlass-operator";

    @Option(names = "--no-leader-election", description = "lead without asking: for one process and no more")
    private boolean alone;

    @Override
    public Integer call() throws InterruptedException {
        Installation settings = installation == null ? Installation.STANDARD : InstallationFile.read(installation);
        var options = new OperatorOptions(
                settings,
                namespace,
                new HashSet<>(watched),
                port,
                metricsPort,
                gatewayService,
                alone ? "" : lease,
                Duration.ofSeconds(2));
        var stop = new CountDownLatch(1);
        var telemetry = new OperatorMetrics();
        var client = new KubernetesClientBuilder()
                .withHttpClientBuilderConsumer(telemetry::countRequests)
                .build();
        try (var process = OperatorProcess.start(options, client, telemetry)) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                stop.countDown();
                process.close();
            }));
            Logging.narrator(new PrintWriter(System.out, true, System.out.charset()), LOG)
                    .printf("Operator started (health and metrics at port %d)%n", process.port());
            stop.await();
        }
        return 0;
    }
}
