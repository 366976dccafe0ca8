package dev.windlass.gateway.source;

import dev.windlass.api.AutoscalingSpec;
import dev.windlass.api.LlmDeployment;
import dev.windlass.api.LlmDeploymentStatus;
import dev.windlass.api.TrafficSpec;
import dev.windlass.api.traffic.HeaderRule;
import dev.windlass.api.traffic.Mirror;
import dev.windlass.gateway.route.Balancing;
import dev.windlass.gateway.route.Deployment;
import dev.windlass.gateway.route.DeploymentName;
import dev.windlass.gateway.route.Endpoint;
import dev.windlass.gateway.route.HoldLimits;
import dev.windlass.gateway.route.RouteTable;
import dev.windlass.gateway.route.RouteTable.Backend;
import dev.windlass.gateway.route.Sticky;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Routes as a cluster has them: what a resource says of its traffic, the weights that the operator wrote into its status, and
 * the endpoints of its revisions' headless Services. A resource that makes no sense is left out and hurts no other.
 */
public final class ClusterReading {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterReading.class);
    private static final String NAME = "windlass.dev/name";
    private static final String REVISION = "windlass.dev/revision";
    private static final String PORT = "http";
    private static final String COOKIE = "windlass";

    private ClusterReading() {}

    /**
     * The table of what there is.
     *
     * @param isReachable whether this gateway has reached an address itself
     */
    public static RouteTable table(
            Collection<LlmDeployment> resources, Collection<EndpointSlice> slices, Predicate<String> isReachable) {
        List<Deployment> deployments = new ArrayList<>();
        for (LlmDeployment resource : resources) {
            try {
                deployments.add(deployment(resource));
            } catch (IllegalArgumentException | dev.windlass.api.InvalidResourceException problem) {
                LOG.warn("{}/{} gets no route: {}", resource.namespace(), resource.name(), problem.getMessage());
            }
        }
        return RouteTable.of(
                deployments,
                backends(slices)
                        .map(backend -> new Backend(backend.deployment(), checked(backend.endpoint(), isReachable)))
                        .toList());
    }

    private static Endpoint checked(Endpoint endpoint, Predicate<String> isReachable) {
        return endpoint.ready() && !isReachable.test(endpoint.address())
                ? new Endpoint(endpoint.host(), endpoint.port(), endpoint.revision(), false, endpoint.draining())
                : endpoint;
    }

    /** Every endpoint that some slice of a revision names, once. */
    static Stream<Backend> backends(Collection<EndpointSlice> slices) {
        return slices.stream().flatMap(ClusterReading::backends).distinct();
    }

    private static Stream<Backend> backends(EndpointSlice slice) {
        var labels = slice.getMetadata().getLabels();
        String name = labels == null ? null : labels.get(NAME);
        String hash = labels == null ? null : labels.get(REVISION);
        Optional<Integer> port = slice.getPorts().stream()
                .filter(one -> PORT.equals(one.getName()))
                .map(EndpointPort::getPort)
                .findFirst();
        if (name == null || hash == null || port.isEmpty()) {
            return Stream.of();
        }
        var owner = new DeploymentName(slice.getMetadata().getNamespace(), name);
        return slice.getEndpoints().stream()
                .flatMap(endpoint -> endpoint.getAddresses().stream()
                        .map(host -> new Backend(
                                owner,
                                new Endpoint(
                                        host,
                                        port.orElseThrow(),
                                        name + "-" + hash,
                                        isNot(Boolean.FALSE, endpoint, Condition.Ready),
                                        !isNot(Boolean.TRUE, endpoint, Condition.Terminating)))));
    }

    private enum Condition {
        Ready,
        Terminating
    }

    /** A condition that nobody set is as it should be: ready, and not terminating. */
    private static boolean isNot(
            Boolean value, io.fabric8.kubernetes.api.model.discovery.v1.Endpoint endpoint, Condition condition) {
        var conditions = endpoint.getConditions();
        return conditions == null
                || !value.equals(
                        switch (condition) {
                            case Ready -> conditions.getReady();
                            case Terminating -> conditions.getTerminating();
                        });
    }

    static Deployment deployment(LlmDeployment resource) {
        var spec = resource.spec();
        var traffic = spec.traffic();
        List<String> served = spec.model().servedNames();
        return new Deployment(
                new DeploymentName(resource.namespace(), resource.name()),
                created(resource),
                served,
                served.isEmpty() ? resource.name() : served.getFirst(),
                revisions(resource),
                sticky(traffic.sticky()),
                traffic.rules().stream()
                        .map(rule -> new HeaderRule(rule.headers(), rule.to()))
                        .toList(),
                mirror(traffic.mirror()),
                switch (traffic.routing()) {
                    case LeastLoad -> Balancing.LeastLoad;
                    case PrefixAware -> Balancing.PrefixAware;
                    case RoundRobin -> Balancing.RoundRobin;
                },
                spec.suspend() ? HoldLimits.NONE : hold(spec.autoscaling()),
                resource.getMetadata().getDeletionTimestamp() != null);
    }

    private static Instant created(LlmDeployment resource) {
        String written = resource.getMetadata().getCreationTimestamp();
        try {
            return written == null ? Instant.EPOCH : Instant.parse(written);
        } catch (DateTimeParseException odd) {
            return Instant.EPOCH;
        }
    }

    /**
     * The base first. While nothing can be routed to, the operator's weights are all 0, and the base keeps its place: what
     * comes waits for it.
     */
    private static List<Deployment.Revision> revisions(LlmDeployment resource) {
        List<LlmDeploymentStatus.Revision> written = resource.status().revisions();
        int sum = written.stream().mapToInt(ClusterReading::weight).sum();
        List<Deployment.Revision> revisions = new ArrayList<>();
        for (var revision : written) {
            boolean isStable = revision.role() == LlmDeploymentStatus.Role.Stable;
            boolean isVariant = revision.role() == LlmDeploymentStatus.Role.Variant;
            int weight = sum == 100 ? weight(revision) : isStable ? 100 : 0;
            // A canary without users is being tried, and a revision without users that retires is as good as gone.
            if (isStable || isVariant || weight > 0) {
                revisions.add(
                        isStable ? 0 : revisions.size(),
                        new Deployment.Revision(revision.name(), alias(revision), weight));
            }
        }
        boolean isWhole =
                revisions.stream().mapToInt(Deployment.Revision::weight).sum() == 100;
        return isWhole ? revisions : List.of(new Deployment.Revision(resource.name(), "stable", 100));
    }

    private static int weight(LlmDeploymentStatus.Revision revision) {
        return revision.weight() == null ? 0 : revision.weight();
    }

    /** What rules call it. */
    private static @Nullable String alias(LlmDeploymentStatus.Revision revision) {
        if (!revision.variant().isEmpty()) {
            return revision.variant();
        }
        return revision.role() == null ? null : revision.role().name().toLowerCase(Locale.ROOT);
    }

    private static Sticky sticky(TrafficSpec.Sticky sticky) {
        return switch (sticky.by()) {
            case None -> Sticky.NONE;
            case User -> new Sticky(Sticky.By.User, sticky.header(), sticky.salt());
            case ApiKey -> new Sticky(Sticky.By.ApiKey, "", sticky.salt());
            case Header -> new Sticky(Sticky.By.Header, sticky.header(), sticky.salt());
            case Cookie ->
                new Sticky(Sticky.By.Cookie, sticky.cookie().isEmpty() ? COOKIE : sticky.cookie(), sticky.salt());
        };
    }

    private static @Nullable Mirror mirror(TrafficSpec.@Nullable Mirror mirror) {
        return mirror == null || mirror.percent() == 0 ? null : new Mirror(mirror.to(), mirror.percent());
    }

    private static HoldLimits hold(@Nullable AutoscalingSpec scaling) {
        var idle = scaling == null ? null : scaling.idle();
        return idle == null
                ? HoldLimits.DEFAULT
                : new HoldLimits(idle.wake().maxQueued(), idle.wake().maxWait().value());
    }
}
