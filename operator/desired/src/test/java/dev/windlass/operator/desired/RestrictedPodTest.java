package dev.windlass.operator.desired;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The rules of the restricted Pod Security Standard, as https://kubernetes.io/docs/concepts/security/pod-security-standards/
 * lists them, and two of our own: nobody writes to the root file system, and no pod has a token.
 */
class RestrictedPodTest {
    private static final Set<String> VOLUMES = Set.of(
            "configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret");

    static List<Deployment> deployments() {
        var desired = new DesiredObjects(Installation.STANDARD.withDefaultGpus(1));
        return Cases.resources().stream()
                .flatMap(resource -> desired.initial(resource).stream())
                .filter(Deployment.class::isInstance)
                .map(Deployment.class::cast)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("deployments")
    void isRestricted(Deployment deployment) {
        PodSpec pod = deployment.getSpec().getTemplate().getSpec();

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
        assertThat(pod.getInitContainers()).isEmpty();
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
