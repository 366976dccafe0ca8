package dev.windlass.operator.desired;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.ContainerPortBuilder;
import io.fabric8.kubernetes.api.model.LifecycleBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;

/** The container that runs {@code windlass serve}. The image's entry point is the program; only its arguments are ours. */
final class RuntimeContainer {
    static final String NAME = "runtime";
    static final String PORT_NAME = "http";
    static final int PORT = 8080;
    /** For everybody who sends requests to learn that the pod goes, before it stops to take them. */
    static final int PRE_STOP_SECONDS = 5;

    private static final int STARTUP_PERIOD_SECONDS = 2;
    private static final int PROBE_TIMEOUT_SECONDS = 5;

    private RuntimeContainer() {}

    static Container of(
            DesiredRevision revision, Installation installation, Accelerator accelerator, ModelVolumes volumes) {
        String name = installation.mutualTls().isUsed() ? RuntimeTls.PORT_NAME : PORT_NAME;
        return new ContainerBuilder(plain(revision, installation, accelerator, volumes))
                .withName(NAME)
                .withArgs(RuntimeArguments.of(revision, installation, volumes))
                .withPorts(port(name))
                .withStartupProbe(startup(name, revision))
                .withReadinessProbe(probe(name, "/health/ready", 5, 2))
                .withLivenessProbe(probe(name, "/health/live", 10, 6))
                .withLifecycle(new LifecycleBuilder()
                        .withNewPreStop()
                        .withNewSleep((long) PRE_STOP_SECONDS)
                        .endPreStop()
                        .build())
                .build();
    }

    /** What every container of the runtime has, whatever it is told to do. */
    static Container plain(
            DesiredRevision revision, Installation installation, Accelerator accelerator, ModelVolumes volumes) {
        String image = revision.spec().runtime().image();
        String usual = accelerator.isGpu() ? installation.runtimeGpuImage() : installation.runtimeImage();
        return new ContainerBuilder()
                .withImage(image.isEmpty() ? usual : image)
                .withEnv(RuntimeEnvironment.of(revision, installation))
                .withResources(PodResources.of(revision, installation, accelerator))
                .withSecurityContext(PodSecurity.container())
                .withVolumeMounts(volumes.mounts())
                // A runtime that cannot load says why in its last lines; the operator shows them.
                .withTerminationMessagePolicy("FallbackToLogsOnError")
                .build();
    }

    /** What it speaks is known by the port's name. */
    static ContainerPort port(String name) {
        return new ContainerPortBuilder()
                .withName(name)
                .withContainerPort(PORT)
                .withProtocol("TCP")
                .build();
    }

    /** Ready once, within the budget; a short period, since a model may wake within seconds while somebody waits. */
    private static Probe startup(String port, DesiredRevision revision) {
        int budget = Seconds.atLeastOne(revision.spec().startup().timeout());
        return probe(port, "/health/ready", STARTUP_PERIOD_SECONDS, Math.ceilDiv(budget, STARTUP_PERIOD_SECONDS));
    }

    private static Probe probe(String port, String path, int periodSeconds, int failures) {
        return new ProbeBuilder()
                .withNewHttpGet()
                .withPath(path)
                .withNewPort(port)
                // A kubelet asks over TLS without looking at the certificate, and is let ask for health.
                .withScheme(port.equals(RuntimeTls.PORT_NAME) ? "HTTPS" : null)
                .endHttpGet()
                .withPeriodSeconds(periodSeconds)
                .withTimeoutSeconds(PROBE_TIMEOUT_SECONDS)
                .withFailureThreshold(failures)
                .build();
    }
}
