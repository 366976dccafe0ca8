package dev.windlass.operator.control;

import dev.windlass.api.LlmDeployment;
import dev.windlass.operator.apply.Applier;
import dev.windlass.operator.desired.ScaledObject;
import dev.windlass.operator.observe.Seen;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Called for a resource when it, or anything that belongs to it, or the gateways' word on it has changed.
 *
 * <p>Its objects are applied by one pass and not by managed dependents: the plan is stored before any of them is touched, and
 * which of them there are depends on the plan.
 */
@ControllerConfiguration(
        name = "llmdeployments",
        generationAwareEventProcessing = false,
        fieldManager = Applier.MANAGER)
public final class LlmDeploymentReconciler implements Reconciler<LlmDeployment> {
    private static final Duration AFTER_CONFLICT = Duration.ofMillis(500);
    /** For a definition that is on its way out to be gone. */
    private static final Duration AFTER_LOSS = Duration.ofSeconds(2);

    private final Surroundings around;
    private final SimpleInboundEventSource<LlmDeployment> calls;

    private final Kinds kinds = new Kinds();
    private final FilterPolicyWatch policies = new FilterPolicyWatch();

    /** @param calls by which others have a resource looked at */
    public LlmDeploymentReconciler(Surroundings around, SimpleInboundEventSource<LlmDeployment> calls) {
        this.around = around;
        this.calls = calls;
    }

    @Override
    public List<EventSource<?, LlmDeployment>> prepareEventSources(EventSourceContext<LlmDeployment> context) {
        List<EventSource<?, LlmDeployment>> sources = new ArrayList<>(kinds.sources(context));
        policies.source(context).ifPresent(sources::add);
        sources.add(calls);
        return sources;
    }

    /** All that this replica cares for, as its watch has them: none before it leads. */
    public List<LlmDeployment> resources() {
        return kinds.resources();
    }

    /** Whether an operator is well whose watch of that name is not. */
    public static boolean isDispensable(String source) {
        return Kinds.isGuest(source);
    }

    @Override
    public UpdateControl<LlmDeployment> reconcile(LlmDeployment resource, Context<LlmDeployment> context) {
        Set<Class<? extends HasMetadata>> known = kinds.known(resource, context);
        var applier = new Applier(resource, context, around.applied(), known);
        var status = new StatusWriter(around, resource, context.getClient());
        try {
            UpdateControl<LlmDeployment> nothing = UpdateControl.noUpdate();
            return new Reconciliation(around, resource, applier, seen(resource, known, context), known, status)
                    .run()
                    .map(nothing::rescheduleAfter)
                    .orElse(nothing);
        } catch (KubernetesClientException problem) {
            if (problem.getCode() == HttpURLConnection.HTTP_CONFLICT) {
                // Somebody was faster, an autoscaler most often. What is there now is looked at again.
                return UpdateControl.<LlmDeployment>noUpdate().rescheduleAfter(AFTER_CONFLICT);
            }
            boolean isLost = problem.getCode() == HttpURLConnection.HTTP_NOT_FOUND && kinds.forgetGone(context);
            // What the API server says to whoever makes one of a kind whose definition is being removed.
            boolean isBeingLost = problem.getCode() == HttpURLConnection.HTTP_BAD_METHOD;
            if (isLost || isBeingLost) {
                return UpdateControl.<LlmDeployment>noUpdate().rescheduleAfter(AFTER_LOSS);
            }
            if (problem.getCode() == HttpURLConnection.HTTP_NOT_FOUND && isDeleted(resource, context)) {
                return UpdateControl.noUpdate();
            }
            throw problem;
        }
    }

    /** Since it was read: what is said of it finds nobody any more. */
    private static boolean isDeleted(LlmDeployment resource, Context<LlmDeployment> context) {
        var now = context.getClient().resource(resource).get();
        return now == null
                || !now.getMetadata().getUid().equals(resource.getMetadata().getUid());
    }

    /** Objects of a resource of the same name that was deleted, and that garbage collection has yet to take, are not seen. */
    private Seen seen(LlmDeployment resource, Set<Class<? extends HasMetadata>> known, Context<LlmDeployment> context) {
        return new Seen(
                own(Deployment.class, resource, context),
                context.getSecondaryResourcesAsStream(Pod.class).toList(),
                own(Job.class, resource, context),
                own(ControllerRevision.class, resource, context),
                known.contains(ScaledObject.class) ? own(ScaledObject.class, resource, context) : List.of(),
                policies.policy(resource, context));
    }

    private static <T extends HasMetadata> List<T> own(
            Class<T> kind, LlmDeployment resource, Context<LlmDeployment> context) {
        String uid = resource.getMetadata().getUid();
        return context.getSecondaryResourcesAsStream(kind)
                .filter(object -> object.getMetadata().getOwnerReferences().stream()
                        .anyMatch(owner -> owner.getUid().equals(uid)))
                .toList();
    }
}
