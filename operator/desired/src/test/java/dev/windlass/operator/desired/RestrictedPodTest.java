package dev.windlass.operator.desired;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The rules of the restricted Pod Security Standard, as https://kubernetes.io/docs/concepts/security/pod-security-standards/
 * lists them, and two of our own: nobody writes to the root file system, and no pod has a token.
 */
class RestrictedPodTest {
    private static final Set<String> VOLUMES = Set.of(
            "configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret");

    static List<Arguments> pods() {
        var desired = new DesiredObjects(Installation.STANDARD.withDefaultGpus(1));
        return Cases.resources().stream()
                .flatMap(resource -> desired.initial(resource).stream())
                .flatMap(object -> switch (object) {
                    case Deployment deployment ->
                        Stream.of(pod(deployment, deployment.getSpec().getTemplate()));
                    case Job job -> Stream.of(pod(job, job.getSpec().getTemplate()));
                    default -> Stream.<Arguments>empty();
                })
                .toList();
    }

    private static Arguments pod(HasMetadata owner, PodTemplateSpec template) {
        return Arguments.of(owner.getMetadata().getName(), template.getSpec());
    }

    @ParameterizedTest
    @MethodSource("pods")
    void isRestricted(String name, PodSpec pod) {
        assertThat(pod.getHostNetwork()).isNull();
        assertThat(pod.getHostPID()).isNull();
        assertThat(pod.getHostIPC()).isNull();
        assertThat(pod.getAutomountServiceAccountToken()).isFalse();
        assertThat(pod.getSecurityContext()).satisfies(context -> {
            assertThat(context.getRunAsNonRoot()).isTrue();
            assertThat(context.getRunAsUser()).isPositive();
            assertThat(context.getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
            assertThat(context.getSysctls()).isEmpty();
        });
        assertThat(pod.getVolumes()).allSatisfy(RestrictedPodTest::isAllowed);
        assertThat(pod.getInitContainers()).allSatisfy(RestrictedPodTest::isRestricted);
        assertThat(pod.getContainers()).isNotEmpty().allSatisfy(RestrictedPodTest::isRestricted);
        assertThat(pod.getContainers().getFirst().getSecurityContext().getReadOnlyRootFilesystem())
                .isTrue();
    }

    private static void isAllowed(Volume volume) {
        assertThat(Json.tree(volume).propertyStream().map(Map.Entry::getKey))
                .filteredOn(field -> !field.equals("name"))
                .isSubsetOf(VOLUMES);
    }

    private static void isRestricted(Container container) {
        assertThat(container.getPorts())
                .allSatisfy(port -> assertThat(port.getHostPort()).isNull());
        assertThat(container.getSecurityContext()).satisfies(context -> {
            assertThat(context.getPrivileged()).isNull();
            assertThat(context.getAllowPrivilegeEscalation()).isFalse();
            assertThat(context.getCapabilities().getDrop()).containsExactly("ALL");
            assertThat(context.getCapabilities().getAdd()).isEmpty();
            assertThat(context.getProcMount()).isNull();
        });
    }
}
