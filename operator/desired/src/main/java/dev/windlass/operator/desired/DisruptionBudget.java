package dev.windlass.operator.desired;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;

/**
 * One pod of a revision at a time may be asked to go. Of each revision, so that a broken canary does not keep the nodes of
 * the stable one from being drained; and of a single pod too, since nobody could drain its node otherwise.
 */
final class DisruptionBudget {
    private DisruptionBudget() {}

    static PodDisruptionBudget of(DesiredRevision revision) {
        return new PodDisruptionBudgetBuilder()
                .withMetadata(Metadata.of(revision))
                .withNewSpec()
                .withMaxUnavailable(new IntOrString(1))
                .withNewSelector()
                .withMatchLabels(Labels.selector(revision))
                .endSelector()
                .withUnhealthyPodEvictionPolicy("AlwaysAllow")
                .endSpec()
                .build();
    }
}
