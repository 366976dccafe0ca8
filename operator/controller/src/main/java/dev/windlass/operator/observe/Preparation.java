package dev.windlass.operator.observe;

import dev.windlass.operator.desired.PreparationJob;
import dev.windlass.operator.observe.Pods.Problem;
import dev.windlass.operator.rollout.Trouble.Kind;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How far a revision is whose model is yet to be made ready for its pods.
 *
 * @param phase what is being done, or is to be done first
 * @param problem what keeps it: of its pod for now, or for good once nobody tries any more
 */
public record Preparation(Loading.Phase phase, @Nullable Problem problem) {
    /** Of a revision that has none behind it. */
    public static Preparation of(Seen seen, String hash) {
        Optional<Job> job = seen.job(hash);
        List<Pod> pods = seen.preparers(hash);
        boolean converts = pods.stream().anyMatch(pod -> Pods.isRunning(pod, PreparationJob.CONVERT));
        return new Preparation(
                converts ? Loading.Phase.Converting : Loading.Phase.Downloading,
                job.flatMap(one -> condition(one, "Failed"))
                        .map(failed -> failure(failed, pods))
                        .or(() -> pods.stream()
                                .filter(pod -> !Pods.hasEnded(pod))
                                .flatMap(pod -> Pods.problem(pod).stream())
                                .findFirst())
                        .orElse(null));
    }

    /** Whether a Job has done what it was there for. */
    public static boolean isComplete(Job job) {
        return condition(job, "Complete").isPresent();
    }

    /** In the words of the container that failed last; where no pod is left, in the Job's. */
    private static Problem failure(JobCondition failed, List<Pod> pods) {
        if ("DeadlineExceeded".equals(failed.getReason())) {
            // Its pod was ended from outside, and has nothing to say for itself.
            return new Problem(Kind.ConvertFailed, "the preparation was not done within startup.timeout");
        }
        return pods.stream()
                .sorted(Comparator.comparing((Pod pod) -> pod.getMetadata().getCreationTimestamp())
                        .reversed())
                .flatMap(pod -> Pods.failed(pod).stream())
                .findFirst()
                .map(Preparation::failure)
                .orElseGet(() -> new Problem(
                        Kind.ConvertFailed,
                        "%s: %s".formatted(failed.getReason(), Objects.requireNonNullElse(failed.getMessage(), ""))));
    }

    private static Problem failure(ContainerStatus container) {
        Optional<Problem> said = Pods.problem(container);
        if (said.filter(problem -> problem.kind() == Kind.DigestMismatch).isPresent()) {
            return said.orElseThrow();
        }
        return new Problem(
                PreparationJob.DOWNLOAD.equals(container.getName()) ? Kind.DownloadFailed : Kind.ConvertFailed,
                said.map(Problem::message).orElse("container %s failed".formatted(container.getName())));
    }

    private static Optional<JobCondition> condition(Job job, String type) {
        return job.getStatus() == null
                ? Optional.empty()
                : job.getStatus().getConditions().stream()
                        .filter(one -> type.equals(one.getType()) && "True".equals(one.getStatus()))
                        .findFirst();
    }
}
