package dev.windlass.operator.observe;

import dev.windlass.operator.rollout.Trouble.Kind;
import dev.windlass.operator.scaling.Replica;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a pod's status says. */
public final class Pods {
    private static final Set<String> NO_IMAGE =
            Set.of("ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull", "RegistryUnavailable");
    private static final Set<String> BROKEN =
            Set.of("CrashLoopBackOff", "CreateContainerConfigError", "CreateContainerError", "RunContainerError");
    /** A container that was killed for its memory, if nothing says so in words. */
    private static final int KILLED = 137;

    /** What the runtime exits with when a model, or its source, is not what it should be. */
    private static final Set<Integer> CANNOT_LOAD = Set.of(3, 4);

    /** What it exits with when the model is another one than its digest says. */
    private static final int MISMATCH = 5;

    private static final int LONGEST_MESSAGE = 400;

    private Pods() {}

    /** What keeps a pod, and its own words for it. */
    public record Problem(Kind kind, String message) {}

    /** Whether its containers run no more, and never again. */
    public static boolean hasEnded(Pod pod) {
        String phase = pod.getStatus() == null ? null : pod.getStatus().getPhase();
        return "Succeeded".equals(phase) || "Failed".equals(phase);
    }

    public static boolean isTerminating(Pod pod) {
        return pod.getMetadata().getDeletionTimestamp() != null;
    }

    /** Whether it serves, as its readiness probe sees it. */
    public static boolean isReady(Pod pod) {
        return !isTerminating(pod)
                && condition(pod, "Ready")
                        .filter(one -> "True".equals(one.getStatus()))
                        .isPresent();
    }

    /** Whether its containers run and it does not serve yet: then it can be asked what it does. */
    public static boolean isStarting(Pod pod) {
        return Seen.prepares(pod).isEmpty()
                && !isReady(pod)
                && !isTerminating(pod)
                && !hasEnded(pod)
                && pod.getStatus() != null
                && pod.getStatus().getContainerStatuses().stream()
                        .anyMatch(container -> container.getState() != null
                                && container.getState().getRunning() != null);
    }

    /** Whether it prepares a model now, and can be asked how far it is. */
    public static boolean isPreparing(Pod pod) {
        return !Seen.prepares(pod).isEmpty()
                && !isTerminating(pod)
                && !hasEnded(pod)
                && containers(pod)
                        .anyMatch(container -> container.getState() != null
                                && container.getState().getRunning() != null);
    }

    /**
     * How long its container took to become ready; nothing of one that is not.
     *
     * @param since counted from then, where it started earlier
     */
    public static Optional<Duration> startup(Pod pod, Instant since) {
        if (!isReady(pod)) {
            return Optional.empty();
        }
        Optional<Instant> ready = condition(pod, "Ready").flatMap(one -> time(one.getLastTransitionTime()));
        return containers(pod)
                .flatMap(container -> Stream.ofNullable(container.getState()))
                .flatMap(state -> Stream.ofNullable(state.getRunning()))
                .flatMap(running -> time(running.getStartedAt()).stream())
                .min(Instant::compareTo)
                .flatMap(started -> ready.map(at -> Duration.between(started.isBefore(since) ? since : started, at)))
                .filter(took -> !took.isNegative());
    }

    private static Optional<Instant> time(@Nullable String text) {
        try {
            return text == null
                    ? Optional.empty()
                    : Optional.of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeParseException noTime) {
            return Optional.empty();
        }
    }

    public static Replica.State state(Pod pod) {
        if (isReady(pod)) {
            return Replica.State.Ready;
        }
        return isUnschedulable(pod) ? Replica.State.Unschedulable : Replica.State.Starting;
    }

    /** What keeps it from becoming ready, if something does that time alone will not mend. */
    public static Optional<Problem> problem(Pod pod) {
        if (isReady(pod) || isTerminating(pod)) {
            return Optional.empty();
        }
        if (isUnschedulable(pod)) {
            String message =
                    condition(pod, "PodScheduled").map(PodCondition::getMessage).orElse(null);
            String words = shortened(message, "no node has room for the pod");
            // As a scheduler says it of nvidia.com/gpu, of MIG slices such as nvidia.com/mig-1g.10gb, and of claimed
            // devices.
            boolean isGpu = words.contains("Insufficient nvidia.com/") || words.contains("cannot allocate all claims");
            return Optional.of(new Problem(isGpu ? Kind.InsufficientGpu : Kind.Unschedulable, words));
        }
        return containers(pod).flatMap(container -> problem(container).stream()).findFirst();
    }

    /** The container that ended it, if it ended badly. */
    static Optional<ContainerStatus> failed(Pod pod) {
        return containers(pod)
                .filter(container -> container.getState() != null
                        && container.getState().getTerminated() != null
                        && container.getState().getTerminated().getExitCode() != 0)
                .findFirst();
    }

    /** Whether a container of that name runs. */
    static boolean isRunning(Pod pod, String name) {
        return containers(pod)
                .anyMatch(container -> name.equals(container.getName())
                        && container.getState() != null
                        && container.getState().getRunning() != null);
    }

    static Optional<Problem> problem(ContainerStatus container) {
        ContainerState now = container.getState();
        var waiting = now == null ? null : now.getWaiting();
        String reason = waiting == null ? "" : String.valueOf(waiting.getReason());
        if (waiting != null && NO_IMAGE.contains(reason)) {
            return Optional.of(new Problem(
                    Kind.ImagePullFailed, container.getImage() + ": " + shortened(waiting.getMessage(), reason)));
        }
        ContainerStateTerminated ended = ended(container);
        boolean isEnded = now != null && now.getTerminated() != null;
        if (ended != null
                && ended.getExitCode() != 0
                && (isEnded || BROKEN.contains(reason) || restarts(container) > 1)) {
            return Optional.of(problem(container, ended));
        }
        return waiting != null && BROKEN.contains(reason)
                ? Optional.of(new Problem(Kind.CrashLooping, reason + ": " + shortened(waiting.getMessage(), "")))
                : Optional.empty();
    }

    private static Problem problem(ContainerStatus container, ContainerStateTerminated ended) {
        int code = ended.getExitCode();
        String said = shortened(LastWords.of(ended.getMessage()), "it left no message");
        if ("OOMKilled".equals(ended.getReason()) || (code == KILLED && ended.getSignal() == null && isMute(ended))) {
            return new Problem(
                    Kind.OutOfMemory,
                    "container %s was killed for want of memory (exit code %d)%s"
                            .formatted(
                                    container.getName(),
                                    code,
                                    restarts(container) > 0 ? ", %d restarts".formatted(restarts(container)) : ""));
        }
        return new Problem(
                code == MISMATCH
                        ? Kind.DigestMismatch
                        : CANNOT_LOAD.contains(code) ? Kind.LoadFailed : Kind.CrashLooping,
                "container %s ended with exit code %d: %s".formatted(container.getName(), code, said));
    }

    private static boolean isMute(ContainerStateTerminated ended) {
        return ended.getMessage() == null || ended.getMessage().isBlank();
    }

    private static int restarts(ContainerStatus container) {
        return container.getRestartCount() == null ? 0 : container.getRestartCount();
    }

    private static @Nullable ContainerStateTerminated ended(ContainerStatus container) {
        ContainerState now = container.getState();
        if (now != null && now.getTerminated() != null) {
            return now.getTerminated();
        }
        return container.getLastState() == null
                ? null
                : container.getLastState().getTerminated();
    }

    private static boolean isUnschedulable(Pod pod) {
        return condition(pod, "PodScheduled")
                .filter(one -> "False".equals(one.getStatus()) && "Unschedulable".equals(one.getReason()))
                .isPresent();
    }

    private static Optional<PodCondition> condition(Pod pod, String type) {
        List<PodCondition> conditions =
                pod.getStatus() == null ? List.of() : pod.getStatus().getConditions();
        return conditions.stream().filter(one -> type.equals(one.getType())).findFirst();
    }

    private static Stream<ContainerStatus> containers(Pod pod) {
        return pod.getStatus() == null
                ? Stream.of()
                : Stream.concat(
                        pod.getStatus().getInitContainerStatuses().stream(),
                        pod.getStatus().getContainerStatuses().stream());
    }

    private static String shortened(@Nullable String text, String otherwise) {
        if (text == null || text.isBlank()) {
            return otherwise;
        }
        String trimmed = text.strip();
        return trimmed.length() <= LONGEST_MESSAGE ? trimmed : trimmed.substring(0, LONGEST_MESSAGE) + "...";
    }
}
