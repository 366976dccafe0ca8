package dev.windlass.operator.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.windlass.api.LlmDeployment;
import dev.windlass.api.LlmDeploymentStatus;
import dev.windlass.operator.apply.Applier;
import dev.windlass.operator.memory.Memory;
import dev.windlass.operator.rollout.Notice;
import dev.windlass.operator.status.LoadingWords;
import dev.windlass.operator.status.StatusCalculator;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Writes the status where it says something new, and tells of what changed as events. */
final class StatusWriter {
    /** So often may a status be written for nothing but new readings. */
    private static final Duration READINGS = Duration.ofSeconds(30);

    /** So often for nothing but how far a pod is with loading; a look that comes a little early is not left out. */
    private static final Duration PROGRESS = Duration.ofSeconds(4);

    private final Surroundings around;
    private final LlmDeployment resource;
    private final KubernetesClient client;
    private final LlmDeploymentStatus before;

    StatusWriter(Surroundings around, LlmDeployment resource, KubernetesClient client) {
        this.around = around;
        this.resource = resource;
        this.client = client;
        this.before = around.remembered().status(resource);
    }

    /** The status that was written last. */
    LlmDeploymentStatus before() {
        return before;
    }

    /** Stores what was decided, before it is done. */
    void store(Memory memory, LlmDeploymentStatus status) {
        Instant now = around.clock().instant();
        if (tree(status).equals(tree(before))) {
            return;
        }
        var entry = around.remembered().of(resource);
        Instant written = entry.map(Remembered.Entry::written).orElse(Instant.EPOCH);
        ObjectNode said = lasting(status);
        ObjectNode saidBefore = lasting(before);
        boolean isSoon = written.isAfter(now.minus(READINGS)) && said.equals(saidBefore);
        boolean isVerySoon =
                written.isAfter(now.minus(PROGRESS)) && withoutProgress(said).equals(withoutProgress(saidBefore));
        if (entry.isPresent() && (isSoon || isVerySoon)) {
            around.remembered()
                    .put(resource, memory, before, entry.orElseThrow().written());
            return;
        }
        write(status);
        around.remembered().put(resource, memory, status, now);
        tellTransitions(status);
        tellScaling(status);
    }

    /** Says why nothing is done; what was stored and what runs stay as they are. */
    void refuse(String type, String reason, String message) {
        LlmDeploymentStatus status = StatusCalculator.refused(
                resource, before, type, reason, message, around.clock().instant());
        if (!tree(status).equals(tree(before))) {
            write(status);
            Memory memory = around.remembered().memory(resource).orElseGet(Memory::initial);
            around.remembered().put(resource, memory, status, around.clock().instant());
            around.events().record(resource, "Warning", reason, message);
        }
    }

    void tell(List<Notice> notices) {
        notices.forEach(
                notice -> around.events().record(resource, notice.level().name(), notice.reason(), notice.message()));
    }

    private void write(LlmDeploymentStatus status) {
        var patch = new LlmDeployment();
        patch.setMetadata(new ObjectMetaBuilder()
                .withName(resource.name())
                .withNamespace(resource.namespace())
                // A resource of the same name made anew in between must not get the old one's status.
                .withUid(resource.getMetadata().getUid())
                .build());
        patch.setStatus(status);
        client.resource(patch)
                .subresource("status")
                .patch(new PatchContext.Builder()
                        .withPatchType(PatchType.SERVER_SIDE_APPLY)
                        .withFieldManager(Applier.MANAGER)
                        .withForce(true)
                        .build());
    }

    /** Ready and what runs are worth an event when they change; the rest is in the notices of rollouts. */
    private void tellTransitions(LlmDeploymentStatus status) {
        tellReady(status);
        tellModel(status);
        tellTls(status);
        status.condition("RuntimeReady").ifPresent(runtime -> {
            String earlier =
                    before.condition("RuntimeReady").map(Condition::getReason).orElse("");
            boolean isTrouble = "False".equals(runtime.getStatus())
                    && !List.of("Scheduling", "Asleep", "Suspended").contains(runtime.getReason())
                    && !LoadingWords.REASONS.contains(runtime.getReason());
            if (isTrouble && !Objects.equals(runtime.getReason(), earlier)) {
                around.events().record(resource, "Warning", runtime.getReason(), runtime.getMessage());
            }
        });
    }

    private void tellReady(LlmDeploymentStatus status) {
        String now = status.condition("Ready")
                .map(one -> one.getStatus() + one.getReason())
                .orElse("");
        String earlier = before.condition("Ready")
                .map(one -> one.getStatus() + one.getReason())
                .orElse("");
        if (now.equals(earlier)) {
            return;
        }
        status.condition("Ready").ifPresent(ready -> {
            switch (ready.getReason()) {
                case "Serving" -> around.events().record(resource, "Normal", "Ready", ready.getMessage());
                case "Asleep" -> around.events().record(resource, "Normal", "Asleep", ready.getMessage());
                case "Suspended" -> around.events().record(resource, "Normal", "Suspended", ready.getMessage());
                default -> {}
            }
        });
    }

    private void tellModel(LlmDeploymentStatus status) {
        Optional<Condition> earlier = before.condition("ModelReady");
        status.condition("ModelReady").ifPresent(model -> {
            boolean isNewReason =
                    !model.getReason().equals(earlier.map(Condition::getReason).orElse(""));
            boolean isLoaded = "Loaded".equals(model.getReason())
                    && !model.getMessage()
                            .equals(earlier.map(Condition::getMessage).orElse(""));
            if (isLoaded || (isNewReason && "Downloading".equals(model.getReason()))) {
                around.events().record(resource, "Normal", model.getReason(), model.getMessage());
            }
        });
    }

    private void tellTls(LlmDeploymentStatus status) {
        status.condition("TlsReady")
                .filter(tls -> List.of("Forbidden", "Refused").contains(tls.getReason()))
                .filter(tls -> !tls.getReason()
                        .equals(before.condition("TlsReady")
                                .map(Condition::getReason)
                                .orElse("")))
                .ifPresent(tls -> around.events().record(resource, "Warning", tls.getReason(), tls.getMessage()));
    }

    private void tellScaling(LlmDeploymentStatus status) {
        if (status.autoscaling() == null || status.autoscaling().history().isEmpty()) {
            return;
        }
        var latest = status.autoscaling().history().getFirst();
        boolean isNew = before.autoscaling() == null
                || before.autoscaling().history().isEmpty()
                || !before.autoscaling().history().getFirst().equals(latest);
        if (isNew) {
            around.events()
                    .record(
                            resource,
                            "Normal",
                            "Scaled",
                            "from %d to %d: %s".formatted(latest.from(), latest.to(), latest.reason()));
        }
    }

    private ObjectNode tree(LlmDeploymentStatus status) {
        return client.getKubernetesSerialization().convertValue(status, ObjectNode.class);
    }

    /** Without what changes with every reading of the gateways. */
    private ObjectNode lasting(LlmDeploymentStatus status) {
        ObjectNode tree = tree(status);
        if (tree.path("autoscaling") instanceof ObjectNode scaling) {
            scaling.remove("value");
            scaling.remove("metric");
        }
        if (tree.path("memory").path("scaling") instanceof ObjectNode scaling) {
            scaling.remove("recommended");
        }
        for (JsonNode condition : tree.path("conditions")) {
            if (condition instanceof ObjectNode object
                    && "ScalingActive".equals(condition.path("type").asText())) {
                object.remove("message");
            }
        }
        return tree;
    }

    /** Without what changes with every look at a pod that loads: what it does stays, and how far it is goes. */
    private static ObjectNode withoutProgress(ObjectNode lasting) {
        ObjectNode tree = lasting.deepCopy();
        if (tree.path("download") instanceof ObjectNode download) {
            download.removeAll();
        }
        for (JsonNode condition : tree.path("conditions")) {
            if (condition instanceof ObjectNode object
                    && LoadingWords.REASONS.contains(condition.path("reason").asText())) {
                object.remove("message");
            }
        }
        return tree;
    }
}
