package dev.windlass.operator.gateway;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.List;

/**
 * All that one gateway says at one moment; counters run since it began.
 *
 * @param deployments what it counted, by deployment and revision
 * @param endpoints the pods it knows, and whether it can send to them
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record GatewaySample(List<DeploymentSample> deployments, List<EndpointSample> endpoints) {
    GatewaySample {
        deployments = List.copyOf(deployments);
        endpoints = List.copyOf(endpoints);
    }

    /** @param held requests that wait for it to wake */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record DeploymentSample(String namespace, String name, long held, List<RevisionSample> revisions) {
        DeploymentSample {
            revisions = List.copyOf(revisions);
        }

        RevisionKey key(RevisionSample revision) {
            return RevisionKey.named(namespace, name, revision.revision());
        }
    }

    /**
     * A revision's counters.
     *
     * @param requests those that ended, in whatever way
     * @param clientErrors of them, those that were the caller's fault
     * @param cancellations of them, those whose client left
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record RevisionSample(
            String revision,
            long requests,
            long errors,
            long clientErrors,
            long cancellations,
            long inFlight,
            long generatedTokens,
            long filterBlocks,
            Histogram timeToFirstToken,
            Histogram interTokenLatency) {}

    /** An endpoint as that gateway sees it. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record EndpointSample(
            String namespace, String name, String revision, String address, boolean ready, boolean draining) {
        RevisionKey key() {
            return RevisionKey.named(namespace, name, revision);
        }
    }
}
