package dev.windlass.operator.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.windlass.operator.Resources;
import dev.windlass.operator.observe.Pods.Problem;
import dev.windlass.operator.rollout.Trouble.Kind;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PreparationTest {
    private static final String UNDER_WAY = "{active: 1}";
    private static final String FAILED =
            "{conditions: [{type: Failed, status: 'True', reason: BackoffLimitExceeded, message: too often}]}";

    /** @param pods their statuses, the oldest first */
    private static Preparation preparation(String job, String... pods) {
        var labels = "labels: {windlass.dev/revision: 70b}";
        return Preparation.of(
                new Seen(
                        List.of(),
                        IntStream.range(0, pods.length)
                                .mapToObj(number -> pod(number, pods[number]))
                                .toList(),
                        List.of(Resources.read("metadata: {%s}\nstatus: %s".formatted(labels, job), Job.class)),
                        List.of(),
                        List.of(),
                        null),
                "70b");
    }

    private static Pod pod(int number, String status) {
        return Resources.read("""
                metadata: {labels: {windlass.dev/prepares: 70b}, creationTimestamp: '2026-11-24T08:0%d:00Z'}
                status: {%s}
                """.formatted(number, status), Pod.class);
    }

    private static String containers(String download, String convert) {
        return "initContainerStatuses: [{name: download, state: {%s}}], containerStatuses: [{name: convert, state: {%s}}]"
                .formatted(download, convert);
    }

    private static final String DONE = "terminated: {exitCode: 0}";
    private static final String WAITS = "waiting: {reason: PodInitializing}";

    @Test
    void theContainerThatRunsSaysWhatIsDone() {
        assertThat(preparation(UNDER_WAY)).isEqualTo(new Preparation(Loading.Phase.Downloading, null));
        assertThat(preparation(UNDER_WAY, containers("running: {}", WAITS)))
                .isEqualTo(new Preparation(Loading.Phase.Downloading, null));
        assertThat(preparation(UNDER_WAY, containers(DONE, "running: {}")))
                .isEqualTo(new Preparation(Loading.Phase.Converting, null));
    }

    @Test
    void theContainerThatFailedLastSaysWhy() {
        String unreachable = "phase: Failed, "
                + containers("terminated: {exitCode: 4, message: \"trying\\nwindlass: hf.co does not answer\"}", WAITS);
        String killed =
                "phase: Failed, message: later, " + containers(DONE, "terminated: {exitCode: 137, reason: OOMKilled}");

        assertThat(preparation(FAILED, unreachable).problem())
                .isEqualTo(new Problem(
                        Kind.DownloadFailed,
                        "container download ended with exit code 4: windlass: hf.co does not answer"));
        assertThat(preparation(FAILED, unreachable, killed).problem())
                .isEqualTo(new Problem(
                        Kind.ConvertFailed, "container convert was killed for want of memory (exit code 137)"));
    }

    @Test
    void whatFindsAnotherModelSaysSo() {
        String another = "phase: Failed, "
                + containers("terminated: {exitCode: 5, message: \"windlass: hf://a/b: expected a model of\"}", WAITS);

        assertThat(preparation(FAILED, another).problem())
                .isEqualTo(new Problem(
                        Kind.DigestMismatch,
                        "container download ended with exit code 5: windlass: hf://a/b: expected a model of"));
    }

    @Test
    void aJobWhosePodsAreGoneSpeaksForItself() {
        assertThat(preparation(FAILED).problem())
                .isEqualTo(new Problem(Kind.ConvertFailed, "BackoffLimitExceeded: too often"));
    }

    @Test
    void whatTookTooLongIsNotBlamedOnTheContainerThatWasEnded() {
        String late = "{conditions: [{type: Failed, status: 'True', reason: DeadlineExceeded, message: whatever}]}";

        assertThat(preparation(late, containers("terminated: {exitCode: 143}", WAITS))
                        .problem())
                .isEqualTo(new Problem(Kind.ConvertFailed, "the preparation was not done within startup.timeout"));
    }

    @Test
    void anAttemptThatFailedIsNoProblemWhileThereIsAnother() {
        String first = "phase: Failed, " + containers("terminated: {exitCode: 4}", WAITS);

        assertThat(preparation(UNDER_WAY, first, containers("running: {}", WAITS))
                        .problem())
                .isNull();
    }

    @Test
    void whatKeepsItsPodIsSaid() {
        String unschedulable =
                "phase: Pending, conditions: [{type: PodScheduled, status: 'False', reason: Unschedulable,"
                        + " message: no node has 64Gi}]";

        assertThat(preparation(UNDER_WAY, unschedulable).problem())
                .isEqualTo(new Problem(Kind.Unschedulable, "no node has 64Gi"));
        assertThat(preparation(UNDER_WAY, containers("waiting: {reason: ErrImagePull, message: 404}", WAITS))
                        .problem())
                .extracting(Problem::kind)
                .isEqualTo(Kind.ImagePullFailed);
    }
}
