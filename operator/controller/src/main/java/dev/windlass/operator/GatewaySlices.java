package dev.windlass.operator;

import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where the gateways' operations ports are, by the EndpointSlices of their headless Service. */
final class GatewaySlices implements GatewayAddresses {
    private final SharedIndexInformer<EndpointSlice> slices;

    GatewaySlices(KubernetesClient client, String namespace, String service) {
        this.slices = client.discovery()
                .v1()
                .endpointSlices()
                .inNamespace(namespace)
                .withLabel("kubernetes.io/service-name", service)
                .runnableInformer(0);
    }

    /** Begins to watch; a watch that breaks is begun anew. */
    @Override
    public void start() {
        slices.exceptionHandler((isStarted, problem) -> true);
        var _ = slices.start();
    }

    @Override
    public Set<URI> get() {
        return slices.getStore().list().stream()
                .flatMap(GatewaySlices::addresses)
                .collect(Collectors.toSet());
    }

    private static Stream<URI> addresses(EndpointSlice slice) {
        return written(slice.getPorts())
                .limit(1)
                .map(EndpointPort::getPort)
                .flatMap(port -> written(slice.getEndpoints())
                        .filter(GatewaySlices::isThere)
                        .flatMap(endpoint -> endpoint.getAddresses().stream())
                        .map(host -> URI.create(
                                "http://" + (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port)));
    }

    /** An API server keeps an empty list of a slice as null. */
    private static <T> Stream<T> written(@Nullable List<T> list) {
        return list == null ? Stream.of() : list.stream();
    }

    /** One that ends still knows what it counted, and what it answers now; only what is gone is not asked. */
    private static boolean isThere(Endpoint endpoint) {
        return endpoint.getConditions() == null
                || !Boolean.FALSE.equals(endpoint.getConditions().getServing());
    }

    @Override
    public void close() {
        slices.stop();
    }
}
