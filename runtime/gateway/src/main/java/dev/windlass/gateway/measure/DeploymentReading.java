package dev.windlass.gateway.measure;

import java.util.List;

/**
 * What clients experienced of a deployment.
 *
 * @param held requests that wait for it to wake at this moment
 * @param refused requests that got 503 since the gateway began, since nothing could be sent to and waiting was no choice
 */
public record DeploymentReading(
        String namespace, String name, int held, long refused, List<RevisionReading> revisions) {
    public DeploymentReading {
        revisions = List.copyOf(revisions);
    }
}
