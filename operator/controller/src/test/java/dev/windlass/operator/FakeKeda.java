package dev.windlass.operator;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.windlass.operator.desired.ScaledObject;
import dev.windlass.operator.desired.ScaledObject.Trigger;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Does with ScaledObjects what KEDA's documentation says of the trigger {@code metrics-api}: asks its address for JSON, takes the
 * number that valueLocation names, and has as many replicas as the largest answer asks for, within the bounds. An answer other
 * than 200 leaves the count as it is, and so does a Deployment without replicas here: to wake one is what Windlass keeps to itself.
 */
final class FakeKeda implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final KubernetesClient client;
    private final String namespace;
    private final int port;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

    /** @param port of the operator, whose Service no test can reach */
    FakeKeda(KubernetesClient client, String namespace, int port) {
        this.client = client;
        this.namespace = namespace;
        this.port = port;
        var _ = timer.scheduleWithFixedDelay(this::round, 0, 500, TimeUnit.MILLISECONDS);
    }

    private void round() {
        try {
            List<ScaledObject> objects = client.resources(ScaledObject.class)
                    .inNamespace(namespace)
                    .list()
                    .getItems();
            objects.forEach(object -> {
                accept(object);
                scale(object);
            });
        } catch (KubernetesClientException | IllegalStateException problem) {
            // The next round may do better: an object that was there is gone, or somebody was faster.
        }
    }

    private void accept(ScaledObject object) {
        if (object.getStatus() == null) {
            object.setStatus(new ScaledObject.Status(
                    List.of(new ScaledObject.Condition("Ready", "True", "ScaledObjectReady", "is ready"))));
            client.resource(object).updateStatus();
        }
    }

    private void scale(ScaledObject object) {
        var deployments = client.apps().deployments().inNamespace(namespace);
        Deployment target = deployments.withName(object.getMetadata().getName()).get();
        int current = target == null ? 0 : target.getSpec().getReplicas();
        if (current == 0) {
            return;
        }
        int wanted = Objects.requireNonNull(object.getSpec().triggers()).stream()
                .mapToInt(trigger -> wanted(trigger, current))
                .max()
                .orElse(current);
        int bounded = Math.clamp(
                wanted, object.getSpec().minReplicaCount(), object.getSpec().maxReplicaCount());
        if (bounded != current) {
            deployments.withName(object.getMetadata().getName()).scale(bounded);
        }
    }

    private int wanted(Trigger trigger, int current) {
        var metadata = Objects.requireNonNull(trigger.metadata());
        var asked = URI.create(metadata.get("url"));
        try {
            var answer = JSON.readTree(URI.create("http://127.0.0.1:" + port + asked.getPath())
                    .toURL()
                    .openStream());
            double value = answer.path(metadata.get("valueLocation")).asDouble();
            double target = Double.parseDouble(metadata.get("targetValue"));
            double ratio = value / target;
            return (int) Math.ceil("Value".equals(trigger.metricType()) ? ratio * current : ratio);
        } catch (IOException noAnswer) {
            return current;
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
