package dev.windlass.operator;

import com.sun.net.httpserver.HttpServer;
import dev.windlass.operator.desired.Labels;
import dev.windlass.operator.observe.Pods;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** Says what a gateway would: it can send to every ready pod, and users experienced what a test wants. */
final class FakeGateway implements GatewayAddresses {
    /**
     * What users of a revision experience.
     *
     * @param perLook requests that end between two looks of the operator
     * @param errors of them, those that fail
     * @param bucket of the time to the first token: 0 for 100 ms, 1 for a second, 2 for ten
     */
    record Experience(int perLook, int errors, int bucket) {}

    private final KubernetesClient client;
    private final String namespace;
    private final HttpServer server;
    private final Map<String, Experience> experiences = new ConcurrentHashMap<>();
    private final Map<String, long[]> counters = new ConcurrentHashMap<>();
    private volatile UnaryOperator<String> address = pod -> pod + ":8080";
    private volatile boolean there = true;
    private volatile long held;
    private volatile long inFlight;

    FakeGateway(KubernetesClient client, String namespace) throws IOException {
        this.client = client;
        this.namespace = namespace;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/internal/measurements", exchange -> {
            try (exchange) {
                byte[] body = measurements().getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
            }
        });
        server.start();
    }

    /** From now on users of that revision experience this. */
    void experience(String revision, Experience experience) {
        experiences.put(revision, experience);
    }

    /** From now on a pod of that name is reached there. */
    void addresses(UnaryOperator<String> ofPod) {
        address = ofPod;
    }

    /** Whether the operator finds it from now on. */
    void isThere(boolean found) {
        there = found;
    }

    /** So many requests wait, and so many are being answered. */
    void load(long waiting, long answered) {
        held = waiting;
        inFlight = answered;
    }

    private String measurements() {
        var pods = client.pods().inNamespace(namespace).list().getItems();
        Set<String> names = pods.stream().map(pod -> label(pod, Labels.NAME)).collect(Collectors.toSet());
        names.add("m");
        experiences.forEach((revision, one) -> {
            long[] counts = counters.computeIfAbsent(revision, _ -> new long[5]);
            counts[0] += one.perLook();
            counts[1] += one.errors();
            counts[2 + one.bucket()] += one.perLook();
        });
        String deployments = names.stream().map(this::deployment).collect(Collectors.joining(","));
        String endpoints = pods.stream()
                .filter(Pods::isReady)
                .map(pod -> """
                        {"namespace":"%s","name":"%s","revision":"%s-%s","address":"%s","ready":true,"draining":false}""".formatted(
                                namespace,
                                label(pod, Labels.NAME),
                                label(pod, Labels.NAME),
                                label(pod, Labels.REVISION),
                                address.apply(pod.getMetadata().getName())))
                .collect(Collectors.joining(","));
        return "{\"deployments\":[%s],\"endpoints\":[%s],\"conflicts\":[]}".formatted(deployments, endpoints);
    }

    private String deployment(String name) {
        String revisions = counters.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(name + "-"))
                .map(entry -> revision(entry.getKey(), entry.getValue()))
                .collect(Collectors.joining(","));
        return "{\"namespace\":\"%s\",\"name\":\"%s\",\"held\":%d,\"refused\":0,\"revisions\":[%s]}"
                .formatted(namespace, name, held, revisions);
    }

    private String revision(String revision, long[] counts) {
        String histogram =
                "{\"bounds\":[0.1,1,10],\"counts\":[%d,%d,%d,0],\"sum\":0}".formatted(counts[2], counts[3], counts[4]);
        return """
                {"revision":"%s","requests":%d,"errors":%d,"client_errors":0,"cancellations":0,"retries":0,"mirrored":0,\
                "in_flight":%d,"prompt_tokens":0,"generated_tokens":0,"time_to_first_token":%s,"inter_token_latency":%s}""".formatted(revision, counts[0], counts[1], inFlight, histogram, histogram);
    }

    private static String label(Pod pod, String name) {
        return pod.getMetadata().getLabels().getOrDefault(name, "");
    }

    @Override
    public void start() {}

    @Override
    public Set<URI> get() {
        return there
                ? Set.of(URI.create("http://127.0.0.1:" + server.getAddress().getPort()))
                : Set.of();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
