package dev.windlass.gateway.source;

import dev.windlass.api.LlmDeployment;
import dev.windlass.gateway.route.Deployment;
import dev.windlass.gateway.route.DeploymentName;
import dev.windlass.gateway.route.Endpoint;
import dev.windlass.gateway.route.RouteTable;
import dev.windlass.gateway.route.RouteTable.Backend;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Routes as a cluster has them. Many people write into a cluster, and one gateway serves them all: an object that makes no
 * sense is left out and hurts no other.
 *
 * @param backends only those of deployments that are there, so that a stray EndpointSlice makes the gateway call nobody
 * @param problems a sentence for each object that was left out
 */
record ClusterReading(List<Deployment> deployments, List<Backend> backends, List<String> problems) {
    /** What these objects say. */
    static ClusterReading of(Collection<LlmDeployment> resources, Collection<EndpointSlice> slices) {
        List<Deployment> deployments = new ArrayList<>(resources.size());
        List<String> problems = new ArrayList<>();
        each(resources, problems, resource -> deployments.add(ResourceReading.deployment(resource)));
        Set<DeploymentName> known = new HashSet<>();
        deployments.forEach(deployment -> known.add(deployment.name()));
        Map<Pod, Backend> backends = new LinkedHashMap<>();
        each(
                slices,
                problems,
                slice -> SliceReading.backends(slice).stream()
                        .filter(backend -> known.contains(backend.deployment()))
                        .forEach(backend -> backends.merge(Pod.of(backend), backend, ClusterReading::better)));
        return new ClusterReading(deployments, List.copyOf(backends.values()), problems);
    }

    /** What there is once: while Kubernetes moves an endpoint from slice to slice, both may name it, and with either of its ports. */
    private record Pod(DeploymentName deployment, String revision, String host) {
        static Pod of(Backend backend) {
            var endpoint = backend.endpoint();
            return new Pod(backend.deployment(), endpoint.revision(), endpoint.host());
        }
    }

    private static Backend better(Backend one, Backend other) {
        if (one.endpoint().isOpen() != other.endpoint().isOpen()) {
            return one.endpoint().isOpen() ? one : other;
        }
        return one.endpoint().owner() != null ? one : other;
    }

    private static <T extends HasMetadata> void each(Collection<T> objects, List<String> problems, Consumer<T> reader) {
        for (T object : objects) {
            try {
                reader.accept(object);
            } catch (RuntimeException problem) {
                var metadata = Objects.requireNonNullElseGet(object.getMetadata(), ObjectMeta::new);
                problems.add("%s %s/%s: %s"
                        .formatted(
                                object.getKind(), metadata.getNamespace(), metadata.getName(), problem.getMessage()));
            }
        }
    }

    /** The endpoints that are ready as far as the cluster knows. */
    Set<Endpoint> ready() {
        Set<Endpoint> ready = HashSet.newHashSet(backends.size());
        for (var backend : backends) {
            if (backend.endpoint().isOpen()) {
                ready.add(backend.endpoint());
            }
        }
        return ready;
    }

    /**
     * The table.
     *
     * @param isReached whether this gateway has reached an endpoint itself; what it has not is not ready
     */
    RouteTable table(Predicate<Endpoint> isReached) {
        return RouteTable.of(
                deployments,
                backends.stream().map(backend -> checked(backend, isReached)).toList());
    }

    private static Backend checked(Backend backend, Predicate<Endpoint> isReached) {
        var endpoint = backend.endpoint();
        return !endpoint.isOpen() || isReached.test(endpoint)
                ? backend
                : new Backend(backend.deployment(), endpoint.unready());
    }
}
