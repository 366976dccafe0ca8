package dev.windlass.operator.control;

import dev.windlass.api.LlmDeployment;
import dev.windlass.api.LlmFilterPolicy;
import dev.windlass.operator.apply.Applier;
import dev.windlass.operator.desired.Labels;
import dev.windlass.operator.observe.Seen;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
    private static final Logger LOG = LoggerFactory.getLogger(LlmDeploymentReconciler.class);

    /** The kinds of objects that resources become in every cluster, and that are watched, so that what somebody changes is changed back. */
    private static final Set<Class<? extends HasMetadata>> OWNED = Set.of(
            Deployment.class,
            ControllerRevision.class,
            Service.class,
            Ingress.class,
            ServiceAccount.class,
            NetworkPolicy.class,
            PodDisruptionBudget.class,
            Job.class,
            HorizontalPodAutoscaler.class);

    private static final String MINE = "app.kubernetes.io/managed-by=windlass-operator";
    private static final Duration AFTER_CONFLICT = Duration.ofMillis(500);

    private final Surroundings around;
    private final SimpleInboundEventSource<LlmDeployment> calls;

    /** The kinds of this cluster: those above, and routes once their definition is there. */
    private final Set<Class<? extends HasMetadata>> watched = ConcurrentHashMap.newKeySet();

    private @Nullable EventSourceContext<LlmDeployment> sources;
    private @Nullable InformerEventSource<LlmFilterPolicy, LlmDeployment> policies;

    /** @param calls by which others have a resource looked at */
    public LlmDeploymentReconciler(Surroundings around, SimpleInboundEventSource<LlmDeployment> calls) {
        this.around = around;
        this.calls = calls;
    }

    @Override
    public List<EventSource<?, LlmDeployment>> prepareEventSources(EventSourceContext<LlmDeployment> context) {
        List<EventSource<?, LlmDeployment>> sources = new ArrayList<>();
        sources.add(calls);
        sources.add(source(Pod.class, context));
        OWNED.forEach(kind -> sources.add(source(kind, context)));
        watched.addAll(OWNED);
        if (context.getClient().supports(HTTPRoute.class)) {
            sources.add(source(HTTPRoute.class, context));
            watched.add(HTTPRoute.class);
        }
        if (context.getClient().supports(LlmFilterPolicy.class)) {
            policies = policies(context);
            sources.add(policies);
        }
        this.sources = context;
        return sources;
    }

    /** Policies are their users' own, and shared: each is everybody's who names it. */
    private static InformerEventSource<LlmFilterPolicy, LlmDeployment> policies(
            EventSourceContext<LlmDeployment> context) {
        return new InformerEventSource<>(
                InformerEventSourceConfiguration.from(LlmFilterPolicy.class, LlmDeployment.class)
                        .withSecondaryToPrimaryMapper(policy -> context.getPrimaryCache()
                                .list(resource -> resource.namespace().equals(policy.namespace())
                                        && policyName(resource).equals(policy.name()))
                                .map(ResourceID::fromResource)
                                .collect(Collectors.toSet()))
                        .build(),
                context);
    }

    private static String policyName(LlmDeployment resource) {
        var filter = resource.spec().contentFilter();
        return filter == null || filter.policyRef() == null
                ? ""
                : filter.policyRef().name();
    }

    /** Their definition too may come later than the operator. */
    private synchronized @Nullable LlmFilterPolicy policy(LlmDeployment resource, Context<LlmDeployment> context) {
        String name = policyName(resource);
        EventSourceContext<LlmDeployment> prepared = sources;
        if (name.isEmpty() || prepared == null) {
            return null;
        }
        if (policies == null && context.getClient().supports(LlmFilterPolicy.class)) {
            policies = policies(prepared);
            context.eventSourceRetriever().dynamicallyRegisterEventSource(policies);
        }
        return policies == null
                ? null
                : policies.get(new ResourceID(name, resource.namespace())).orElse(null);
    }

    /** The definition of routes may come later than the operator; it is looked for as long as somebody wants a route. */
    private synchronized boolean knowsRoutes(LlmDeployment resource, Context<LlmDeployment> context) {
        EventSourceContext<LlmDeployment> prepared = sources;
        if (!watched.contains(HTTPRoute.class)
                && prepared != null
                && resource.spec().expose().gateway() != null
                && context.getClient().supports(HTTPRoute.class)) {
            LOG.info("the cluster has HTTPRoutes now");
            context.eventSourceRetriever().dynamicallyRegisterEventSource(source(HTTPRoute.class, prepared));
            watched.add(HTTPRoute.class);
        }
        return watched.contains(HTTPRoute.class);
    }

    /** By label: pods are owned by ReplicaSets, and all that is ours says whose it is. */
    private static <T extends HasMetadata> InformerEventSource<T, LlmDeployment> source(
            Class<T> kind, EventSourceContext<LlmDeployment> context) {
        return new InformerEventSource<>(
                InformerEventSourceConfiguration.from(kind, LlmDeployment.class)
                        .withName(kind.getSimpleName())
                        .withLabelSelector(MINE)
                        .withSecondaryToPrimaryMapper(object -> Set.of(owner(object)))
                        .build(),
                context);
    }

    private static ResourceID owner(HasMetadata object) {
        return new ResourceID(
                object.getMetadata().getLabels().getOrDefault(Labels.NAME, ""),
                object.getMetadata().getNamespace());
    }

    @Override
    public UpdateControl<LlmDeployment> reconcile(LlmDeployment resource, Context<LlmDeployment> context) {
        boolean knowsRoutes = knowsRoutes(resource, context);
        var applier = new Applier(resource, context, around.applied(), Set.copyOf(watched));
        var status = new StatusWriter(around, resource, context.getClient());
        try {
            UpdateControl<LlmDeployment> nothing = UpdateControl.noUpdate();
            return new Reconciliation(around, resource, applier, seen(resource, context), knowsRoutes, status)
                    .run()
                    .map(nothing::rescheduleAfter)
                    .orElse(nothing);
        } catch (KubernetesClientException problem) {
            if (problem.getCode() == HttpURLConnection.HTTP_CONFLICT) {
                // Somebody was faster, an autoscaler most often. What is there now is looked at again.
                return UpdateControl.<LlmDeployment>noUpdate().rescheduleAfter(AFTER_CONFLICT);
            }
            throw problem;
        }
    }

    /** Objects of a resource of the same name that was deleted, and that garbage collection has yet to take, are not seen. */
    private Seen seen(LlmDeployment resource, Context<LlmDeployment> context) {
        return new Seen(
                own(Deployment.class, resource, context),
                context.getSecondaryResourcesAsStream(Pod.class).toList(),
                own(Job.class, resource, context),
                own(ControllerRevision.class, resource, context),
                policy(resource, context));
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
