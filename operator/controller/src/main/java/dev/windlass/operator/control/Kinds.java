package dev.windlass.operator.control;

import dev.windlass.api.AutoscalingSpec.Provider;
import dev.windlass.api.LlmDeployment;
import dev.windlass.operator.desired.Labels;
import dev.windlass.operator.desired.ScaledObject;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
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
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.AbstractEventSource;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The kinds of objects that resources become and that are watched, so that what somebody changes is changed back: those of every
 * cluster, and those whose definitions come and go with what else is installed.
 */
final class Kinds {
    private static final Logger LOG = LoggerFactory.getLogger(Kinds.class);

    private static final Set<Class<? extends HasMetadata>> EVERYWHERE = Set.of(
            Deployment.class,
            ControllerRevision.class,
            Service.class,
            Ingress.class,
            ServiceAccount.class,
            NetworkPolicy.class,
            PodDisruptionBudget.class,
            Job.class,
            HorizontalPodAutoscaler.class);

    private static final List<Guest> GUESTS = List.of(
            new Guest(
                    HTTPRoute.class,
                    resource -> resource.spec().expose().gateway() != null,
                    "spec.expose.gateway: this cluster has no HTTPRoutes (gateway.networking.k8s.io/v1); "
                            + "the route is made when the Gateway API is installed"),
            new Guest(
                    ScaledObject.class,
                    Kinds::isByKeda,
                    "spec.autoscaling.provider: this cluster has no ScaledObjects (keda.sh/v1alpha1); "
                            + "the operator scales by itself until KEDA is installed"));

    private static final String MINE = "app.kubernetes.io/managed-by=windlass-operator";

    private final Set<Class<? extends HasMetadata>> known = new HashSet<>(EVERYWHERE);
    private volatile @Nullable EventSourceContext<LlmDeployment> sources;

    /**
     * A kind that not every cluster has.
     *
     * @param absence what somebody reads who wants one in a cluster without
     */
    private record Guest(Class<? extends HasMetadata> kind, Predicate<LlmDeployment> isWanted, String absence) {}

    static boolean isByKeda(LlmDeployment resource) {
        var scaling = resource.spec().autoscaling();
        return scaling != null && scaling.provider() == Provider.Keda;
    }

    /** Whether that watch may be broken without the operator being so: nobody mends one of a definition that is gone. */
    static boolean isGuest(String source) {
        return GUESTS.stream().anyMatch(guest -> guest.kind().getSimpleName().equals(source));
    }

    /** Begins to watch what is there. */
    synchronized List<EventSource<?, LlmDeployment>> sources(EventSourceContext<LlmDeployment> context) {
        sources = context;
        GUESTS.stream().map(Guest::kind).filter(kind -> isServed(kind, context)).forEach(known::add);
        List<EventSource<?, LlmDeployment>> begun = new ArrayList<>();
        begun.add(source(Pod.class, context));
        known.forEach(kind -> begun.add(source(kind, context)));
        return begun;
    }

    /** The resources themselves, once they are watched. */
    List<LlmDeployment> resources() {
        EventSourceContext<LlmDeployment> prepared = sources;
        // The framework makes the cache when the watch starts, which is after it has asked for the other sources.
        return prepared != null
                        && prepared.getPrimaryCache() instanceof AbstractEventSource<?, ?> watch
                        && watch.isRunning()
                ? prepared.getPrimaryCache().list().toList()
                : List.of();
    }

    /** What there is now. A definition may come later than the operator; it is looked for as long as somebody wants it. */
    synchronized Set<Class<? extends HasMetadata>> known(LlmDeployment resource, Context<LlmDeployment> context) {
        EventSourceContext<LlmDeployment> prepared = sources;
        for (Guest guest : GUESTS) {
            if (!known.contains(guest.kind())
                    && prepared != null
                    && guest.isWanted().test(resource)
                    && isServed(guest.kind(), prepared)) {
                LOG.info("the cluster has {}s now", guest.kind().getSimpleName());
                context.eventSourceRetriever().dynamicallyRegisterEventSource(source(guest.kind(), prepared));
                known.add(guest.kind());
            }
        }
        return Set.copyOf(known);
    }

    /** A definition that has just come, or is on its way out, is told of, and what is asked of it fails yet. */
    private static boolean isServed(Class<? extends HasMetadata> kind, EventSourceContext<LlmDeployment> context) {
        if (!context.getClient().supports(kind)) {
            return false;
        }
        var configuration = context.getControllerConfiguration();
        var informers = configuration.getInformerConfig();
        var one = new ListOptionsBuilder().withLimit(1L).build();
        try {
            if (informers.watchAllNamespaces()) {
                context.getClient().resources(kind).inAnyNamespace().list(one);
            } else {
                informers
                        .getEffectiveNamespaces(configuration)
                        .forEach(name -> context.getClient()
                                .resources(kind)
                                .inNamespace(name)
                                .list(one));
            }
            return true;
        } catch (KubernetesClientException problem) {
            LOG.info("{}s cannot be watched yet: {}", kind.getSimpleName(), problem.getMessage());
            return false;
        }
    }

    /** Looks whether a definition has gone, as one does whose request was answered as if it had. */
    synchronized boolean forgetGone(Context<LlmDeployment> context) {
        boolean isAnyGone = false;
        for (Guest guest : GUESTS) {
            if (known.contains(guest.kind()) && !context.getClient().supports(guest.kind())) {
                LOG.info("the cluster has no {}s any more", guest.kind().getSimpleName());
                context.eventSourceRetriever()
                        .dynamicallyDeRegisterEventSource(guest.kind().getSimpleName());
                known.remove(guest.kind());
                isAnyGone = true;
            }
        }
        return isAnyGone;
    }

    /** One sentence for each thing that this resource asks for and that these kinds cannot give it. */
    static List<String> lacking(LlmDeployment resource, Set<Class<? extends HasMetadata>> known) {
        return GUESTS.stream()
                .filter(guest -> guest.isWanted().test(resource) && !known.contains(guest.kind()))
                .map(Guest::absence)
                .toList();
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
}
