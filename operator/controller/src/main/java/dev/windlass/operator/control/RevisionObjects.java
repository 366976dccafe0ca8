package dev.windlass.operator.control;

import dev.windlass.api.AutoscalingSpec;
import dev.windlass.api.LlmDeployment;
import dev.windlass.operator.desired.DesiredObjects;
import dev.windlass.operator.desired.DesiredRevision;
import dev.windlass.operator.desired.RuntimeTls;
import dev.windlass.operator.observe.Seen;
import dev.windlass.operator.rollout.Phase;
import dev.windlass.operator.rollout.Role;
import dev.windlass.operator.rollout.RolloutPlan;
import dev.windlass.operator.rollout.RolloutPlan.PlannedRevision;
import dev.windlass.operator.scaling.Autoscaler;
import dev.windlass.operator.settings.Scalings;
import dev.windlass.operator.status.StatusCalculator;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The objects of the revisions that a plan gives replicas to, or whose pods are still there.
 *
 * <p>Where HorizontalPodAutoscalers or KEDA count, a revision is left to its own while no rollout is under way. During one its bounds
 * are both the planned count, so that plan and autoscaler never pull at the same Deployment from two sides.
 */
final class RevisionObjects {
    private final LlmDeployment resource;
    private final DesiredObjects desired;
    private final Seen seen;
    private final RolloutPlan plan;
    private final boolean byAutoscaler;
    private final boolean isTlsHeldBack;
    private final Instant now;

    /** @param isTlsHeldBack whether pods that speak plain HTTP stay with it as yet */
    RevisionObjects(
            LlmDeployment resource,
            DesiredObjects desired,
            Seen seen,
            RolloutPlan plan,
            boolean byAutoscaler,
            boolean isTlsHeldBack,
            Instant now) {
        this.resource = resource;
        this.desired = desired;
        this.seen = seen;
        this.plan = plan;
        this.byAutoscaler = byAutoscaler;
        this.isTlsHeldBack = isTlsHeldBack;
        this.now = now;
    }

    /** Whether it has objects: pods, or pods to come, or a part to play although it sleeps. */
    boolean isThere(PlannedRevision planned) {
        return planned.replicas() > 0
                || !seen.pods(planned.hash()).isEmpty()
                || !(planned.role() instanceof Role.Retired);
    }

    /** In the order in which they are applied. */
    List<HasMetadata> of(PlannedRevision planned, DesiredRevision revision) {
        List<HasMetadata> objects = new ArrayList<>(desired.ofRevision(revision));
        boolean isHeldBack = plan.prepare().contains(planned.hash());
        if (isHeldBack && seen.job(planned.hash()).isEmpty()) {
            // One that is there stays as it is: nobody may change what a Job runs.
            desired.preparation(revision).ifPresent(objects::add);
        }
        boolean isFree = !isHeldBack && isFree(planned);
        Optional<Deployment> actual = seen.deployment(planned.hash());
        Integer live = actual.map(one -> one.getSpec().getReplicas()).orElse(0);
        boolean isScaled = isFree && live != null && live > 0;
        // One that speaks TLS is not made to forget it because somebody starts another gateway.
        boolean isPlain = isTlsHeldBack && actual.filter(RuntimeTls::isSpokenBy).isEmpty();
        Deployment deployment = (isPlain ? desired.withPlainPods() : desired)
                .deployment(
                        revision,
                        StatusCalculator.role(planned.role()),
                        isHeldBack ? Integer.valueOf(0) : isScaled ? live : Integer.valueOf(planned.replicas()));
        if (isScaled) {
            // The count that was seen is kept only if it still is the count: else the server says conflict.
            deployment
                    .getMetadata()
                    .setResourceVersion(actual.orElseThrow().getMetadata().getResourceVersion());
        }
        objects.add(deployment);
        if (byAutoscaler && planned.replicas() > 0 && !isHeldBack) {
            autoscaler(planned, revision, isFree).ifPresent(objects::add);
        }
        return objects;
    }

    private boolean isFree(PlannedRevision planned) {
        return byAutoscaler
                && planned.replicas() > 0
                && plan.state().phase() instanceof Phase.Settled
                && !(planned.role() instanceof Role.Retired);
    }

    private Optional<HasMetadata> autoscaler(PlannedRevision planned, DesiredRevision revision, boolean isFree) {
        AutoscalingSpec scaling = resource.spec().autoscaling();
        if (scaling == null) {
            return Optional.empty();
        }
        if (!isFree) {
            return desired.autoscaler(revision, planned.replicas(), planned.replicas());
        }
        int share = share(planned);
        int minimum = Autoscaler.minimum(Scalings.of(scaling), now);
        return desired.autoscaler(revision, part(minimum, share), part(scaling.maxReplicas(), share));
    }

    /** Of a hundred: a variant its weight, the stable revision what the variants leave. */
    private int share(PlannedRevision planned) {
        int others = plan.revisions().stream()
                .filter(one -> one.role() instanceof Role.Variant && !one.hash().equals(planned.hash()))
                .mapToInt(PlannedRevision::weight)
                .sum();
        return planned.role() instanceof Role.Variant ? planned.weight() : 100 - others;
    }

    private static int part(int total, int share) {
        return Math.max(1, Math.ceilDiv(total * share, 100));
    }
}
