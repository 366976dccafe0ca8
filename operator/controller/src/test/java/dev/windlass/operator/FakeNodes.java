package dev.windlass.operator;

import dev.windlass.operator.observe.Seen;
import dev.windlass.testing.KubeApi;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Stands in for kubelets: says of each pod what a node would, at once. Without another word all goes well. */
final class FakeNodes implements AutoCloseable {
    /** What becomes of a pod. */
    enum Fate {
        Ready,
        Crashes,
        RunsOutOfMemory,
        CannotLoad,
        /** It has another model than its digest says. */
        FindsAnotherModel,
        FindsNoNode,
        Loads,
        /** As a Job's pod does: its containers end one after the other. */
        Completes,
        CannotDownload,
        RunsOutOfMemoryConverting,
        Converts;

        /** Whether it is one of a pod that prepares a model, and not of one that serves it. */
        private boolean isOfPreparer() {
            return switch (this) {
                case Completes, CannotDownload, RunsOutOfMemoryConverting, Converts -> true;
                case Ready, Crashes, RunsOutOfMemory, CannotLoad, FindsAnotherModel, FindsNoNode, Loads -> false;
            };
        }
    }

    private final KubernetesClient client;
    private final String namespace;
    private final Map<String, Fate> fates = new ConcurrentHashMap<>();
    private final Thread thread;
    private volatile boolean stopped;

    FakeNodes(KubeApi kube) {
        this.client = kube.client();
        this.namespace = kube.namespace();
        this.thread = Thread.ofPlatform().daemon().name("fake-nodes").start(this::run);
    }

    /** From now on that becomes of the pods that serve a model, or prepare it, whichever the fate is one of. */
    void decide(String model, Fate fate) {
        fates.put(model, fate);
    }

    private void run() {
        while (!stopped) {
            try {
                client.pods().inNamespace(namespace).list().getItems().forEach(this::say);
                Thread.sleep(100);
            } catch (KubernetesClientException raced) {
                // The pod is gone, or was changed: looked at again in a moment.
            } catch (InterruptedException end) {
                return;
            }
        }
    }

    private void say(Pod pod) {
        Fate wanted = fate(pod);
        String before = String.valueOf(pod.getStatus().getReason());
        if (pod.getMetadata().getDeletionTimestamp() == null && !before.equals(wanted.name())) {
            client.resource(with(pod, wanted)).patchStatus();
        }
    }

    private Fate fate(Pod pod) {
        boolean prepares = !Seen.prepares(pod).isEmpty();
        String arguments = pod.getSpec().getContainers().getFirst().getArgs().toString();
        return fates.entrySet().stream()
                .filter(entry -> entry.getValue().isOfPreparer() == prepares && arguments.contains(entry.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(prepares ? Fate.Completes : Fate.Ready);
    }

    private static Pod with(Pod pod, Fate fate) {
        return switch (fate) {
            case Completes -> preparer(pod, fate, "Succeeded", done("download"), done("convert"));
            case CannotDownload ->
                preparer(
                        pod,
                        fate,
                        "Failed",
                        ended("download", 3, "Error", "windlass: hf://a/b: 401, set HF_TOKEN\n"),
                        waiting("convert"));
            case RunsOutOfMemoryConverting ->
                preparer(pod, fate, "Failed", done("download"), ended("convert", 137, "OOMKilled", ""));
            case Converts ->
                preparer(
                        pod,
                        fate,
                        "Running",
                        done("download"),
                        container("convert")
                                .withNewState()
                                .withNewRunning()
                                .endRunning()
                                .endState()
                                .build());
            case Ready, Crashes, RunsOutOfMemory, CannotLoad, FindsAnotherModel, FindsNoNode, Loads ->
                runtime(pod, fate);
        };
    }

    private static Pod preparer(Pod pod, Fate fate, String phase, ContainerStatus download, ContainerStatus convert) {
        return new PodBuilder(pod)
                .editStatus()
                .withReason(fate.name())
                .withPodIP("10.9.0.2")
                .withPhase(phase)
                .withInitContainerStatuses(download)
                .withContainerStatuses(convert)
                .endStatus()
                .build();
    }

    private static ContainerStatus done(String name) {
        return ended(name, 0, "Completed", "");
    }

    private static ContainerStatus waiting(String name) {
        return container(name)
                .withNewState()
                .withNewWaiting("", "PodInitializing")
                .endState()
                .build();
    }

    private static ContainerStatus ended(String name, int code, String reason, String message) {
        return container(name)
                .withNewState()
                .withNewTerminated()
                .withExitCode(code)
                .withReason(reason)
                .withMessage(message)
                .endTerminated()
                .endState()
                .build();
    }

    private static ContainerStatusBuilder container(String name) {
        return new ContainerStatusBuilder()
                .withName(name)
                .withImage("windlass-runtime:0.1.0")
                .withImageID("")
                .withReady(false)
                .withRestartCount(0);
    }

    private static Pod runtime(Pod pod, Fate fate) {
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
        var container = container("runtime").withReady(fate == Fate.Ready);
        switch (fate) {
            case Ready, Loads ->
                container.withNewState().withNewRunning().endRunning().endState();
            case Crashes -> ended(container, 1, "Error", "a segmentation fault");
            case RunsOutOfMemory -> ended(container, 137, "OOMKilled", "");
            case CannotLoad ->
                ended(container, 3, "Error", "loading\nwindlass: model.safetensors: expected 5 tensors, got 4");
            case FindsAnotherModel ->
                ended(container, 5, "Error", "windlass: hf://a/moved: expected a model of SHA-256 0, found one of 1");
            case FindsNoNode, Completes, CannotDownload, RunsOutOfMemoryConverting, Converts -> {}
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
