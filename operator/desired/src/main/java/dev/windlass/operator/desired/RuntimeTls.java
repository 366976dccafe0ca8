package dev.windlass.operator.desired;

import dev.windlass.api.LlmDeployment;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.ArrayList;
import java.util.Map;

/** How pods come by what they prove themselves with, and how others know that they speak TLS: by the name of their port. */
public final class RuntimeTls {
    static final String PORT_NAME = "https";
    /** Nobody connects to it, since the Service has no address; it only has to differ from the other. */
    static final int SERVICE_PORT = 8443;

    static final String PATH = "/var/run/windlass/tls";
    private static final String VOLUME = "tls";
    /** For the pod's group, which its user is of, and nobody else. */
    private static final int READABLE = 0440;

    private RuntimeTls() {}

    /** The name of the Secret with the certificate of a resource's pods. */
    public static String secretName(LlmDeployment deployment) {
        return "windlass-" + deployment.name() + "-tls";
    }

    static Secret secret(LlmDeployment deployment, Map<String, String> data) {
        return new SecretBuilder()
                .withMetadata(Metadata.of(deployment, secretName(deployment)))
                .withType("kubernetes.io/tls")
                .withData(data)
                .build();
    }

    static ModelVolumes addTo(ModelVolumes others, LlmDeployment deployment, Installation installation) {
        if (!installation.mutualTls().isUsed()) {
            return others;
        }
        var volumes = new ArrayList<>(others.volumes());
        volumes.add(new VolumeBuilder()
                .withName(VOLUME)
                .withNewSecret()
                .withSecretName(secretName(deployment))
                .withDefaultMode(READABLE)
                .endSecret()
                .build());
        var mounts = new ArrayList<>(others.mounts());
        mounts.add(new VolumeMountBuilder()
                .withName(VOLUME)
                .withMountPath(PATH)
                .withReadOnly(true)
                .build());
        return new ModelVolumes(others.source(), others.chatTemplate(), volumes, mounts);
    }

    /** Whether a pod's runtime speaks TLS. */
    public static boolean isSpokenBy(Pod pod) {
        return pod.getSpec() != null && isSpokenBy(pod.getSpec());
    }

    /** Whether the pods that a Deployment makes do. */
    public static boolean isSpokenBy(Deployment deployment) {
        return isSpokenBy(deployment.getSpec().getTemplate().getSpec());
    }

    private static boolean isSpokenBy(PodSpec pod) {
        return pod.getContainers().stream()
                .filter(container -> RuntimeContainer.NAME.equals(container.getName()))
                .flatMap(container -> container.getPorts().stream())
                .anyMatch(port -> PORT_NAME.equals(port.getName()));
    }
}
