package dev.windlass.operator;

import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Instant;
import java.util.function.Function;

/** Stands in for kubelets: says of each pod what a node would, at once. */
final class FakeNodes implements AutoCloseable {
    /** What becomes of a pod. */
    enum Fate {
        Ready,
        Crashes,
        RunsOutOfMemory,
        CannotLoad,
        FindsNoNode,
        Loads
    }

    private final KubernetesClient client;
    private final String namespace;
    private final Function<Pod, Fate> fate;
    private final Thread thread;
    private volatile boolean stopped;

    FakeNodes(KubernetesClient client, String namespace, Function<Pod, Fate> fate) {
        this.client = client;
        this.namespace = namespace;
        this.fate = fate;
        this.thread = Thread.ofPlatform().daemon().name("fake-nodes").start(this::run);
    }

    private void run() {
        while (!stopped) {
            try {
                client.pods().inNamespace(namespace).list().getItems().forEach(this::decide);
                Thread.sleep(100);
            } catch (KubernetesClientException raced) {
                // The pod is gone, or was changed: looked at again in a moment.
            } catch (InterruptedException end) {
                return;
            }
        }
    }

    private void decide(Pod pod) {
        Fate wanted = fate.apply(pod);
        String before = String.valueOf(pod.getStatus().getReason());
        if (pod.getMetadata().getDeletionTimestamp() == null && !before.equals(wanted.name())) {
            client.resource(with(pod, wanted)).patchStatus();
        }
    }

    private static Pod with(Pod pod, Fate fate) {
        var builder = new PodBuilder(pod)
                .editStatus()
                .withReason(fate.name())
                .withPodIP("10.9.0.1")
                .withPhase(fate == Fate.FindsNoNode ? "Pending" : "Running")
                .withConditions(
                        new PodConditionBuilder()
                                .withType("PodScheduled")
                                .withStatus(fate == Fate.FindsNoNode ? "False" : "True")
                                .withReason(fate == Fate.FindsNoNode ? "Unschedulable" : null)
                                .withMessage(
                                        fate == Fate.FindsNoNode
                                                ? "0/1 nodes are available: 1 Insufficient nvidia.com/gpu."
                                                : null)
                                .build(),
                        new PodConditionBuilder()
                                .withType("Ready")
                                .withStatus(fate == Fate.Ready ? "True" : "False")
                                .withLastTransitionTime(Instant.now().toString())
                                .build());
        var container = new ContainerStatusBuilder()
                .withName("runtime")
                .withImage("windlass-runtime:0.1.0")
                .withImageID("")
                .withReady(fate == Fate.Ready)
                .withRestartCount(0);
        switch (fate) {
            case Ready, Loads ->
                container.withNewState().withNewRunning().endRunning().endState();
            case Crashes -> ended(container, 1, "Error", "a segmentation fault");
            case RunsOutOfMemory -> ended(container, 137, "OOMKilled", "");
            case CannotLoad ->
                ended(container, 3, "Error", "loading\nwindlass: model.safetensors: expected 5 tensors, got 4");
            case FindsNoNode -> {}
        }
        return (fate == Fate.FindsNoNode ? builder : builder.withContainerStatuses(container.build()))
                .endStatus()
                .build();
    }

    private static void ended(ContainerStatusBuilder container, int code, String reason, String message) {
        container
                .withRestartCount(3)
                .withNewState()
                .withNewWaiting("back-off 40s restarting failed container", "CrashLoopBackOff")
                .endState()
                .withNewLastState()
                .withNewTerminated()
                .withExitCode(code)
                .withReason(reason)
                .withMessage(message)
                .endTerminated()
                .endLastState();
    }

    @Override
    public void close() {
        stopped = true;
        thread.interrupt();
    }
}
