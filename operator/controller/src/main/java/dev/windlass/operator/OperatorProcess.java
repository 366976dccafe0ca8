package dev.windlass.operator;

import dev.windlass.api.LlmDeployment;
import dev.windlass.operator.apply.Applied;
import dev.windlass.operator.apply.EventRecorder;
import dev.windlass.operator.certificates.MutualTls;
import dev.windlass.operator.control.LlmDeploymentReconciler;
import dev.windlass.operator.control.Remembered;
import dev.windlass.operator.control.Surroundings;
import dev.windlass.operator.desired.DesiredObjects;
import dev.windlass.operator.desired.Installation;
import dev.windlass.operator.desired.Labels;
import dev.windlass.operator.desired.RuntimeTls;
import dev.windlass.operator.gateway.GatewayChanges;
import dev.windlass.operator.gateway.Gateways;
import dev.windlass.operator.metrics.CustomMetrics;
import dev.windlass.operator.metrics.ScalingValues;
import dev.windlass.operator.prometheus.PrometheusQueries;
import dev.windlass.operator.runtime.Loadings;
import dev.windlass.operator.runtime.RevisionAddresses;
import dev.windlass.operator.runtime.Runtimes;
import dev.windlass.operator.smoke.SmokeTests;
import dev.windlass.operator.telemetry.OperatorMetrics;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.OperatorException;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfigurationBuilder;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An operator that runs: it asks the gateways from the start, and cares for resources while it leads. Owns all it started, and
 * the client.
 */
public final class OperatorProcess implements AutoCloseable {
    /** Where runtimes listen: see the container that {@code desired} builds. */
    private static final int RUNTIME_PORT = 8080;

    private static final Logger LOG = LoggerFactory.getLogger(OperatorProcess.class);
    private static final String NOT_SERVED = "it was started without custom.metrics.k8s.io";
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final KubernetesClient client;
    private final GatewayAddresses addresses;
    private final Gateways gateways;
    private final Runtimes runtimes;
    private final Loadings loadings;
    private final MutualTls tls;
    private final @Nullable CustomMetrics metrics;
    private final SmokeTests smoke;
    private final PrometheusQueries prometheus;
    private final Operator operator;
    private final OperationsServer operations;
    private final OperatorMetrics telemetry;
    private final AtomicBoolean closed;

    private OperatorProcess(
            KubernetesClient client,
            GatewayAddresses addresses,
            Gateways gateways,
            Runtimes runtimes,
            Loadings loadings,
            MutualTls tls,
            @Nullable CustomMetrics metrics,
            SmokeTests smoke,
            PrometheusQueries prometheus,
            Operator operator,
            OperationsServer operations,
            OperatorMetrics telemetry,
            AtomicBoolean closed) {
        this.client = client;
        this.addresses = addresses;
        this.gateways = gateways;
        this.runtimes = runtimes;
        this.loadings = loadings;
        this.tls = tls;
        this.metrics = metrics;
        this.smoke = smoke;
        this.prometheus = prometheus;
        this.operator = operator;
        this.operations = operations;
        this.telemetry = telemetry;
        this.closed = closed;
    }

    /** Starts one as a cluster runs it. */
    public static OperatorProcess start(OperatorOptions options, KubernetesClient client, OperatorMetrics telemetry) {
        var addresses = new GatewaySlices(client, options.namespace(), options.gatewayService());
        return start(
                options,
                client,
                telemetry,
                addresses,
                OperatorProcess::runtimeAddress,
                InstantSource.system(),
                OperatorProcess::end);
    }

    /**
     * Starts one.
     *
     * @param telemetry closed with the process
     * @param addresses where the gateways' operations ports are; closed with the process
     * @param runtimeAddress where a pod's runtime is reached
     * @param fatal is told why it cannot go on: it could not start, or leads no more while it still knows what it knew as leader
     */
    static OperatorProcess start(
            OperatorOptions options,
            KubernetesClient client,
            OperatorMetrics telemetry,
            GatewayAddresses addresses,
            Function<Pod, URI> runtimeAddress,
            InstantSource clock,
            Consumer<String> fatal) {
        var closed = new AtomicBoolean();
        Consumer<String> broken = reason -> {
            if (!closed.get()) {
                fatal.accept(reason);
            }
        };
        var calls = new SimpleInboundEventSource<LlmDeployment>("calls");
        var changes = new GatewayChanges((namespace, name) -> calls.propagateEvent(new ResourceID(name, namespace)));
        Consumer<LlmDeployment> wake =
                resource -> calls.propagateEvent(new ResourceID(resource.name(), resource.namespace()));
        var leading = new AtomicReference<LlmDeploymentReconciler>();
        var gateways = new Gateways(addresses, options.look(), clock);
        Installation.MutualTls mode = options.installation().mutualTls();
        var tls = MutualTls.start(
                client,
                mode,
                options.namespace(),
                options.look().multipliedBy(5),
                clock,
                () -> Optional.ofNullable(leading.get())
                        .ifPresent(reconciler -> reconciler.resources().forEach(wake)));
        telemetry.observeCertificates(tls::ends, clock);
        var runtimes = new Runtimes(
                gateways,
                tls.peers().client(),
                mode == Installation.MutualTls.Never
                        ? (_, address) -> URI.create("http://" + address)
                        : new RevisionAddresses(client, tls.peers()),
                clock);
        var loadings = new Loadings(tls.peers().client(), clock);
        CustomMetrics metrics = options.metricsPort() == 0
                ? null
                : CustomMetrics.start(
                        client,
                        options.namespace(),
                        options.metricsPort(),
                        gateways,
                        runtimes,
                        options.look().multipliedBy(5),
                        clock);
        var smoke = new SmokeTests(tls.peers().client());
        var prometheus = new PrometheusQueries(clock);
        var around = new Surroundings(
                new DesiredObjects(options.installation()),
                gateways,
                runtimes,
                loadings,
                smoke,
                prometheus,
                tls,
                new EventRecorder(client, clock),
                new Applied(),
                new Remembered(),
                telemetry.happenings(),
                clock,
                () -> metrics == null ? Optional.of(NOT_SERVED) : metrics.obstacle(),
                pod -> expected(runtimeAddress.apply(pod), pod, tls),
                wake);
        var operator = new Operator(configuration -> {
            configuration
                    .withKubernetesClient(client)
                    .withCloseClientOnStop(false)
                    .withMetrics(telemetry.reconciles())
                    .withReconciliationTerminationTimeout(GRACE);
            if (!options.lease().isEmpty()) {
                configuration.withLeaderElectionConfiguration(
                        LeaderElectionConfigurationBuilder.aLeaderElectionConfiguration(options.lease())
                                .withLeaseNamespace(options.namespace())
                                .withExitOnStopLeading(false)
                                .withLeaderCallbacks(new LeaderCallbacks(
                                        () -> leads(telemetry),
                                        () -> broken.accept("does not hold the lease any more"),
                                        leader -> LOG.info("the leader is {}", leader)))
                                .build());
            }
        });
        var reconciler = new LlmDeploymentReconciler(around, calls);
        leading.set(reconciler);
        telemetry.observe(reconciler::resources);
        operator.register(reconciler, configuration -> {
            if (!options.watched().isEmpty()) {
                configuration.settingNamespaces(options.watched());
            }
        });
        var operations = OperationsServer.start(
                options.port(), operator, new ScalingValues(gateways, runtimes, clock), telemetry);
        addresses.start();
        gateways.start(() -> {
            changes.look(gateways.present());
            runtimes.round();
        });
        // Without waiting to lead: health is asked for meanwhile, and metrics too.
        Thread.ofPlatform().name("operator").start(() -> {
            try {
                tls.awaitFirstLook();
                if (metrics != null) {
                    metrics.awaitFirstLook();
                }
                telemetry.leads(options.lease().isEmpty());
                operator.start();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            } catch (OperatorException problem) {
                LOG.debug("start", problem);
                broken.accept("could not start: " + rootOf(problem));
            }
        });
        return new OperatorProcess(
                client,
                addresses,
                gateways,
                runtimes,
                loadings,
                tls,
                metrics,
                smoke,
                prometheus,
                operator,
                operations,
                telemetry,
                closed);
    }

    /** Kubernetes starts another at once, and that one begins without what this one believed. */
    private static void end(String reason) {
        LOG.error("the operator ends: it {}", reason);
        Thread.ofPlatform().name("end").start(() -> System.exit(1));
    }

    private static void leads(OperatorMetrics telemetry) {
        LOG.info("leads");
        telemetry.leads(true);
    }

    private static Throwable rootOf(Throwable problem) {
        Throwable root = problem;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    private static URI runtimeAddress(Pod pod) {
        String ip = pod.getStatus() == null ? null : pod.getStatus().getPodIP();
        String host = ip == null ? "pod-without-address" : ip.indexOf(':') < 0 ? ip : "[" + ip + "]";
        return URI.create((RuntimeTls.isSpokenBy(pod) ? "https://" : "http://") + host + ":" + RUNTIME_PORT);
    }

    private static URI expected(URI address, Pod pod, MutualTls tls) {
        String name = pod.getMetadata().getLabels().getOrDefault(Labels.NAME, "");
        return tls.peers().expect(address, pod.getMetadata().getNamespace(), name);
    }

    /** The port of health and metrics. */
    public int port() {
        return operations.port();
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            operations.close();
            operator.stop();
            tls.close();
            if (metrics != null) {
                metrics.close();
            }
            gateways.close();
            runtimes.close();
            loadings.close();
            smoke.close();
            prometheus.close();
            addresses.close();
            client.close();
            telemetry.close();
        }
    }
}
