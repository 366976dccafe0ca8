package dev.windlass.operator;

import dev.windlass.operator.desired.Installation;
import dev.windlass.operator.telemetry.OperatorMetrics;
import dev.windlass.testing.KubeApi;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpClient;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * An operator that cares for a test's namespace, and the gateway that it asks. Whatever differs from a usual one is said before it
 * starts. A restarted one has another gateway.
 */
final class TestedOperator implements AutoCloseable {
    private final OperatorProcess process;
    private final KubernetesClient client;
    private final FakeGateway gateway;

    private TestedOperator(OperatorProcess process, KubernetesClient client, FakeGateway gateway) {
        this.process = process;
        this.client = client;
        this.gateway = gateway;
    }

    /** One that is about to start: as the chart has it, without a lease and without autoscalers' metrics. */
    static Plan on(KubeApi kube) {
        return new Plan(kube);
    }

    static final class Plan {
        private final KubeApi kube;
        private Installation installation = Installation.STANDARD;
        private String namespace;
        private int metricsPort;
        private String lease = "";
        private Duration look = Duration.ofMillis(200);
        private boolean hasGateway = true;
        private UnaryOperator<String> endpoint = pod -> pod + ":8080";
        private Function<Pod, URI> runtime =
                pod -> URI.create("http://" + pod.getMetadata().getName() + ":8080");
        private Consumer<HttpClient.Builder> http = _ -> {};
        private InstantSource clock = InstantSource.system();
        private OperatorMetrics telemetry = new OperatorMetrics();

        private Plan(KubeApi kube) {
            this.kube = kube;
            this.namespace = kube.namespace();
        }

        Plan installation(Installation settings) {
            installation = settings;
            return this;
        }

        /** It runs there itself, and not where it cares for resources. */
        Plan runsIn(String ownNamespace) {
            namespace = ownNamespace;
            return this;
        }

        Plan metricsPort(int port) {
            metricsPort = port;
            return this;
        }

        Plan lease(String name) {
            lease = name;
            return this;
        }

        /** How often it asks the gateway. */
        Plan look(Duration interval) {
            look = interval;
            return this;
        }

        Plan withoutGateway() {
            hasGateway = false;
            return this;
        }

        /** Where it reaches pods; without this it reaches none. */
        Plan runtimes(Function<Pod, URI> address) {
            runtime = address;
            return this;
        }

        /** The same, and the gateway tells of these addresses too. */
        Plan runtimes(FakeRuntimes runtimes) {
            endpoint = runtimes::address;
            return runtimes(pod ->
                    URI.create("http://" + runtimes.address(pod.getMetadata().getName())));
        }

        /** Of the client by which it speaks with the API server. */
        Plan http(Consumer<HttpClient.Builder> settings) {
            http = settings;
            return this;
        }

        Plan clock(InstantSource source) {
            clock = source;
            return this;
        }

        Plan telemetry(OperatorMetrics measurements) {
            telemetry = measurements;
            return this;
        }

        TestedOperator start() throws IOException {
            var options = new OperatorOptions(
                    installation, namespace, Set.of(kube.namespace()), 0, metricsPort, "", lease, look);
            KubernetesClient client = kube.newClient(builder -> {
                telemetry.countRequests(builder);
                http.accept(builder);
            });
            var gateway = new FakeGateway(kube.client(), kube.namespace());
            gateway.addresses(endpoint);
            gateway.isThere(hasGateway);
            OperatorProcess process =
                    OperatorProcess.start(options, client, telemetry, gateway, runtime, clock, reason -> {});
            return new TestedOperator(process, client, gateway);
        }
    }

    FakeGateway gateway() {
        return gateway;
    }

    int port() {
        return process.port();
    }

    String metrics() throws IOException {
        return read("/metrics");
    }

    /** What it answers at a path of its operations port. */
    String read(String path) throws IOException {
        try (var body = URI.create("http://127.0.0.1:" + port() + path).toURL().openStream()) {
            return new String(body.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** Whatever it is doing, the API server hears no more of it. */
    void kill() {
        client.close();
        close();
    }

    /** Closes the gateway with it. */
    @Override
    public void close() {
        process.close();
    }
}
