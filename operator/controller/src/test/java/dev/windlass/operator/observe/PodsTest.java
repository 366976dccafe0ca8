package dev.windlass.operator.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.windlass.operator.Resources;
import dev.windlass.operator.rollout.Trouble.Kind;
import dev.windlass.operator.scaling.Replica;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodsTest {
    private static final String READY =
            "conditions: [{type: Ready, status: 'True', lastTransitionTime: '2026-11-24T08:00:41Z'}], ";
    private static final String RUNS = "state: {running: {startedAt: '2026-11-24T08:00:00Z'}}";

    private static Pod pod(String status) {
        return Resources.read("metadata: {name: p}\nstatus: {" + status + "}", Pod.class);
    }

    private static Pod container(String container) {
        return pod("containerStatuses: [{name: runtime, image: 'i:1', restartCount: 3, " + container + "}]");
    }

    /** What a container's status says, and what is made of it. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            state: {waiting: {reason: ImagePullBackOff, message: 'no such image'}}               | ImagePullFailed | i:1: no such image
            state: {waiting: {reason: ErrImagePull}}                                             | ImagePullFailed | i:1: ErrImagePull
            state: {waiting: {reason: CreateContainerConfigError, message: 'secret s not found'}} | CrashLooping   | CreateContainerConfigError: secret s not found
            state: {terminated: {exitCode: 137, reason: OOMKilled}}                              | OutOfMemory     | container runtime was killed for want of memory (exit code 137), 3 restarts
            state: {terminated: {exitCode: 137, reason: Error}}                                  | OutOfMemory     | container runtime was killed for want of memory (exit code 137), 3 restarts
            state: {terminated: {exitCode: 137, reason: Error, message: "bye"}}                  | CrashLooping    | container runtime ended with exit code 137: bye
            state: {terminated: {exitCode: 1, message: "loading\\nit broke\\n\\n"}}                | CrashLooping    | container runtime ended with exit code 1: it broke
            state: {terminated: {exitCode: 1}}                                                   | CrashLooping    | container runtime ended with exit code 1: it left no message
            state: {terminated: {exitCode: 3, message: "bad model"}}                             | LoadFailed      | container runtime ended with exit code 3: bad model
            state: {terminated: {exitCode: 3, message: '{"level":"ERROR","message":"bad model"}'}} | LoadFailed      | container runtime ended with exit code 3: bad model
            state: {terminated: {exitCode: 3, message: '{bad model'}}                            | LoadFailed      | container runtime ended with exit code 3: {bad model
            state: {terminated: {exitCode: 5, message: "another model"}}                         | DigestMismatch  | container runtime ended with exit code 5: another model
            state: {terminated: {exitCode: 4, message: "bad source"}}                            | LoadFailed      | container runtime ended with exit code 4: bad source
            state: {waiting: {reason: CrashLoopBackOff}}, lastState: {terminated: {exitCode: 3, message: "bad"}} | LoadFailed | container runtime ended with exit code 3: bad
            state: {running: {}}, lastState: {terminated: {exitCode: 1, message: "again"}}       | CrashLooping    | container runtime ended with exit code 1: again
            """)
    void whatKeepsAPodIsSaidInItsOwnWords(String container, Kind kind, String message) {
        assertThat(Pods.problem(container(container))).hasValue(new Pods.Problem(kind, message));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            state: {running: {}}
            state: {waiting: {reason: ContainerCreating}}
            state: {terminated: {exitCode: 0}}
            state: {running: {}}, lastState: {terminated: {exitCode: 0}}
            """)
    void whatTimeMendsIsNoProblem(String container) {
        assertThat(Pods.problem(container(container))).isEmpty();
    }

    @Test
    void oneRestartMayBeChance() {
        assertThat(Pods.problem(pod("containerStatuses: [{name: r, restartCount: 1, state: {running: {}},"
                        + " lastState: {terminated: {exitCode: 1}}}]")))
                .isEmpty();
    }

    @Test
    void aPodThatFindsNoNodeSaysWhatTheSchedulerSays() {
        Pod pod =
                pod("conditions: [{type: PodScheduled, status: 'False', reason: Unschedulable, message: '0/3 nodes'}]");

        assertThat(Pods.problem(pod)).hasValue(new Pods.Problem(Kind.Unschedulable, "0/3 nodes"));
        assertThat(Pods.state(pod)).isEqualTo(Replica.State.Unschedulable);
        assertThat(Pods.problem(pod("conditions: [{type: PodScheduled, status: 'False', reason: Unschedulable,"
                        + " message: '0/3 nodes: 3 Insufficient nvidia.com/gpu.'}]")))
                .hasValue(new Pods.Problem(Kind.InsufficientGpu, "0/3 nodes: 3 Insufficient nvidia.com/gpu."));
    }

    @Test
    void aPodThatServesOrGoesHasNoProblem() {
        String broken = "containerStatuses: [{name: r, restartCount: 3, state: {terminated: {exitCode: 1}}}]";
        assertThat(Pods.problem(pod(READY + broken))).isEmpty();
        Pod going = pod(broken);
        going.getMetadata().setDeletionTimestamp("2026-11-24T08:00:00Z");
        assertThat(Pods.problem(going)).isEmpty();
        assertThat(Pods.problem(pod(broken))).isPresent();
    }

    @Test
    void anInitContainerCountsToo() {
        assertThat(Pods.problem(pod("initContainerStatuses: [{name: fetch, restartCount: 1,"
                        + " state: {terminated: {exitCode: 1, message: no}}}]")))
                .hasValue(new Pods.Problem(Kind.CrashLooping, "container fetch ended with exit code 1: no"));
    }

    @Test
    void onlyWhatRunsAndDoesNotServeIsStarting() {
        String runs = "containerStatuses: [{name: runtime, restartCount: 0, " + RUNS + "}]";

        assertThat(Pods.isStarting(pod(runs))).isTrue();
        assertThat(Pods.isStarting(pod(READY + runs))).isFalse();
        assertThat(Pods.isStarting(pod("phase: Failed, " + runs))).isFalse();
        assertThat(Pods.isStarting(container("state: {waiting: {reason: CrashLoopBackOff}}")))
                .isFalse();
        assertThat(Pods.isStarting(Resources.read("metadata: {name: p}", Pod.class)))
                .isFalse();
    }

    @Test
    void startingTookFromTheContainersStartUntilThePodWasReady() {
        Pod ready = pod(READY + "containerStatuses: [{name: runtime, restartCount: 0, " + RUNS + "}]");

        assertThat(Pods.startup(ready, Instant.EPOCH)).hasValue(Duration.ofSeconds(41));
        assertThat(Pods.startup(ready, Instant.parse("2026-11-24T08:00:31Z"))).hasValue(Duration.ofSeconds(10));
        assertThat(Pods.startup(container(RUNS), Instant.EPOCH)).isEmpty();
        assertThat(Pods.startup(pod(READY), Instant.EPOCH)).isEmpty();
    }
}
