package dev.windlass.operator.certificates;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether every gateway can speak to pods that want TLS. Until then no pod is rolled to it: one that cannot would have nobody left to
 * send its requests to. Once it is so it stays so: nobody who starts a pod beside the gateways takes TLS away from models again.
 */
final class GatewayPods {
    private static final String OPTION = "--runtime-tls";
    private static final Set<String> ENDED = Set.of("Succeeded", "Failed");

    private final KubernetesClient client;
    private final String namespace;
    private volatile @Nullable String obstacle = "it has not been looked at yet which gateways there are";

    GatewayPods(KubernetesClient client, String namespace) {
        this.client = client;
        this.namespace = namespace;
    }

    /** Looks, until nothing is in the way. */
    void look() {
        if (obstacle == null) {
            return;
        }
        obstacle = client
                .pods()
                .inNamespace(namespace)
                .withLabel("app.kubernetes.io/name", "windlass-gateway")
                .list()
                .getItems()
                .stream()
                .filter(pod -> !isAble(pod))
                .findFirst()
                .map(pod -> "gateway " + pod.getMetadata().getName() + " cannot speak TLS to pods, and is still there")
                .orElse(null);
    }

    /** What is in the way; nothing where pods may be rolled. */
    Optional<String> obstacle() {
        return Optional.ofNullable(obstacle);
    }

    private static boolean isAble(Pod pod) {
        boolean hasEnded = pod.getStatus() != null
                && ENDED.contains(String.valueOf(pod.getStatus().getPhase()));
        return hasEnded
                || pod.getSpec().getContainers().stream()
                        .flatMap(container -> container.getArgs().stream())
                        .anyMatch(argument -> argument.equals(OPTION) || argument.startsWith(OPTION + "="));
    }
}
