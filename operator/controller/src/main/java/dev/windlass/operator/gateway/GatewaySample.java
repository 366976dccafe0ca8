package dev.windlass.operator.gateway;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that one gateway says at one moment; counters run since it began.
 *
 * @param deployments what it counted, by deployment and revision
 * @param endpoints the pods it knows, and whether it can send to them
 * @param keyless deployments that ask for keys and that no key in force opens; an old gateway does not say
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record GatewaySample(List<DeploymentSample> deployments, List<EndpointSample> endpoints, List<Name> keyless) {
    GatewaySample(List<DeploymentSample> deployments, List<EndpointSample> endpoints, @Nullable List<Name> keyless) {
        this.deployments = List.copyOf(deployments);
        this.endpoints = List.copyOf(endpoints);
        this.keyless = keyless == null ? List.of() : List.copyOf(keyless);
    }

    /** A deployment's. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Name(String namespace, String name) {}

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
