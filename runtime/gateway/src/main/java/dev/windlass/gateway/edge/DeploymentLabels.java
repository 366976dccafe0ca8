package dev.windlass.gateway.edge;

import io.prometheus.metrics.model.snapshots.Labels;

/** The labels of series that policies write. */
final class DeploymentLabels {
    private DeploymentLabels() {}

    /** @param deployment {@code namespace/name} */
    static Labels of(String deployment, String name, String value) {
        int slash = deployment.indexOf('/');
        return Labels.of(
                "namespace",
                deployment.substring(0, slash),
                "deployment",
                deployment.substring(slash + 1),
                name,
                value);
    }
}
