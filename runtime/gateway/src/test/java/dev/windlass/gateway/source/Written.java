package dev.windlass.gateway.source;

import dev.windlass.api.LlmDeployment;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.HashMap;
import java.util.Map;

/** Objects of a cluster as an API server sends them. */
final class Written {
    private static final KubernetesSerialization YAML = new KubernetesSerialization();

    private Written() {}

    /** The resource n/m with a model, and what else is said of its spec; its status' revisions. */
    static LlmDeployment resource(String spec, String revisions) {
        return resource("'hf://a/b'", spec, revisions);
    }

    static LlmDeployment resource(String model, String spec, String revisions) {
        return YAML.unmarshal(
                "apiVersion: windlass.dev/v1alpha1\nkind: LlmDeployment\nmetadata: {name: m, namespace: n, "
                        + "creationTimestamp: '2026-11-24T08:00:00Z'}\nspec: {model: {uri: " + model + "}"
                        + (spec.isEmpty() ? "" : ", " + spec) + "}\nstatus: {revisions: [" + revisions + "]}\n",
                LlmDeployment.class);
    }

    static LlmDeployment named(String name, LlmDeployment resource) {
        resource.getMetadata().setName(name);
        return resource;
    }

    /** A slice of the revision m-a. */
    static EndpointSlice slice(String endpoints) {
        return slice("IPv4", "[{name: http, port: 8080, protocol: TCP}]", endpoints);
    }

    static EndpointSlice slice(String type, String ports, String endpoints) {
        EndpointSlice slice = YAML.unmarshal(
                "apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: m-a-x, namespace: n}\n"
                        + "addressType: " + type + "\nports: " + ports + "\nendpoints: " + endpoints + "\n",
                EndpointSlice.class);
        return labelled(slice, Map.of("windlass.dev/name", "m", "windlass.dev/revision", "a"));
    }

    static EndpointSlice labelled(EndpointSlice slice, Map<String, String> labels) {
        slice.getMetadata().setLabels(new HashMap<>(labels));
        return slice;
    }
}
