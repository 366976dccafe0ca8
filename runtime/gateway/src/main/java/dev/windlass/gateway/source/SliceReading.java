package dev.windlass.gateway.source;

import dev.windlass.gateway.route.DeploymentName;
import dev.windlass.gateway.route.Endpoint;
import dev.windlass.gateway.route.RouteTable.Backend;
import dev.windlass.http.Identity;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointConditions;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An EndpointSlice as endpoints of a revision: Kubernetes copies the labels of a revision's headless Service to its slices. The Service has a port of
 * either name, and a pod is in the slice of the one that its container has.
 */
final class SliceReading {
    static final String REVISION = "windlass.dev/revision";
    private static final String NAME = "windlass.dev/name";
    private static final String PLAIN = "http";
    private static final String TLS = "https";
    private static final EndpointConditions UNKNOWN = new EndpointConditions();

    private SliceReading() {}

    /**
     * Its endpoints; none where it is not one of a revision.
     *
     * @throws IllegalArgumentException where it has an address or a port that cannot be
     */
    static List<Backend> backends(EndpointSlice slice) {
        Map<String, String> labels =
                Objects.requireNonNullElse(slice.getMetadata().getLabels(), Map.of());
        String name = labels.getOrDefault(NAME, "");
        String hash = labels.getOrDefault(REVISION, "");
        Optional<Integer> tls = port(slice, TLS);
        Optional<Integer> port = tls.or(() -> port(slice, PLAIN));
        if (name.isEmpty() || hash.isEmpty() || port.isEmpty() || "FQDN".equals(slice.getAddressType())) {
            return List.of();
        }
        var owner = new DeploymentName(slice.getMetadata().getNamespace(), name);
        return list(slice.getEndpoints()).stream()
                .filter(endpoint -> !list(endpoint.getAddresses()).isEmpty())
                .map(endpoint -> new Backend(
                        owner,
                        endpoint(
                                // Kubernetes gives no meaning to further ones.
                                endpoint.getAddresses().getFirst(),
                                port.get(),
                                name + "-" + hash,
                                endpoint.getConditions(),
                                tls.isEmpty() ? null : Identity.runtime(owner.namespace(), owner.name()))))
                .toList();
    }

    /** An API server writes null for an empty list: a revision without pods has such slices. */
    private static <T> List<T> list(@Nullable List<T> written) {
        return written == null ? List.of() : written;
    }

    /** A port without a number stands for all of them, and is none to send to. */
    private static Optional<Integer> port(EndpointSlice slice, String name) {
        return list(slice.getPorts()).stream()
                .filter(port -> name.equals(port.getName()))
                .map(EndpointPort::getPort)
                .filter(Objects::nonNull)
                .findFirst();
    }

    /** What nobody said is as it should be: ready, and not about to end. */
    private static Endpoint endpoint(
            String host, int port, String revision, @Nullable EndpointConditions written, @Nullable Identity expected) {
        var conditions = Objects.requireNonNullElse(written, UNKNOWN);
        return new Endpoint(
                host,
                port,
                revision,
                !Boolean.FALSE.equals(conditions.getReady()),
                Boolean.TRUE.equals(conditions.getTerminating()),
                expected);
    }
}
