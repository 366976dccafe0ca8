package dev.windlass.operator.desired;

import static dev.windlass.operator.desired.Specs.MODEL;
import static dev.windlass.operator.desired.Specs.resource;
import static dev.windlass.operator.desired.Specs.revision;
import static dev.windlass.operator.desired.Specs.template;
import static org.assertj.core.api.Assertions.assertThat;

import dev.windlass.api.LlmDeploymentStatus.Role;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import java.io.IOException;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

/** What a resource is made of, who owns it, and what changes pods and what does not. */
class DesiredObjectsTest {
    private static final String LIVE = """
            , autoscaling: {maxReplicas: 3}, rollout: {maxSurge: 2, progressDeadline: 1h}, auth: {mode: ApiKey, selector: {matchLabels: {a: b}}}
            , traffic: {routing: PrefixAware}, limits: {maxInputTokens: 9, queue: {maxWaiting: 1, timeout: 1s}}
            , cache: {size: 1Gi}, expose: {ingress: {host: a.example.com}}, observability: {audit: Full}, suspend: true""";

    private final DesiredObjects desired = new DesiredObjects(Installation.STANDARD);

    @Test
    void leavesPodsAloneWhenTheLiveBlockChanges() throws IOException {
        assertThat(template(desired, resource(MODEL + LIVE))).isEqualTo(template(desired, resource(MODEL)));
    }

    @Test
    void keepsPodsWhenARevisionChangesItsRole() {
        var revision = revision(Cases.named("qwen"));

        assertThat(desired.deployment(revision, Role.Stable, 2).getSpec())
                .isEqualTo(desired.deployment(revision, Role.Canary, 2).getSpec());
    }

    @Test
    void ownsEverythingButACacheThatIsToStay() throws IOException {
        var resource = resource(MODEL + ", autoscaling: {maxReplicas: 2}"
                + ", resources: {gpu: {dra: {deviceClassName: gpu.example.com}}}"
                + ", cache: {mode: Shared, size: 1Gi, retain: true}");
        resource.getMetadata().setUid("7");

        assertThat(desired.initial(resource))
                .extracting(HasMetadata::getKind)
                .containsExactly(
                        "ServiceAccount",
                        "NetworkPolicy",
                        "PersistentVolumeClaim",
                        "Service",
                        "ResourceClaimTemplate",
                        "Service",
                        "PodDisruptionBudget",
                        "Deployment",
                        "HorizontalPodAutoscaler");
        assertThat(desired.initial(resource))
                .filteredOn(object -> object.getMetadata().getOwnerReferences().isEmpty())
                .extracting(HasMetadata::getKind)
                .containsExactly("PersistentVolumeClaim");
    }

    @Test
    void namesNoTwoObjectsAlike() {
        assertThat(Cases.resources())
                .allSatisfy(resource -> assertThat(desired.initial(resource))
                        .extracting(object ->
                                object.getKind() + "/" + object.getMetadata().getName())
                        .doesNotHaveDuplicates());
    }

    @Test
    void neverScalesBelowOneOrAboveWhatItWasTold() {
        var revision = revision(Cases.named("autoscaling"));

        assertThat(desired.autoscaler(revision, 0, 4))
                .get(InstanceOfAssertFactories.type(HorizontalPodAutoscaler.class))
                .satisfies(autoscaler -> {
                    assertThat(autoscaler.getSpec().getMinReplicas()).isEqualTo(1);
                    assertThat(autoscaler.getSpec().getMaxReplicas()).isEqualTo(4);
                });
        assertThat(desired.autoscaler(revision(Cases.named("keda")), 0, 4))
                .get(InstanceOfAssertFactories.type(ScaledObject.class))
                .satisfies(scaled -> {
                    assertThat(scaled.getSpec().minReplicaCount()).isEqualTo(1);
                    assertThat(scaled.getSpec().maxReplicaCount()).isEqualTo(4);
                });
        assertThat(desired.autoscaler(revision(Cases.named("qwen")), 1, 2)).isEmpty();
    }

    @Test
    void speaksTlsByTheInstallationAloneAndMakesNoOtherRevision() {
        var revision = revision(Cases.named("qwen"));
        for (var mode : Installation.MutualTls.values()) {
            var under = new DesiredObjects(Installation.STANDARD.withMutualTls(mode));
            Deployment made = under.deployment(revision, Role.Stable, 1);

            assertThat(RuntimeTls.isSpokenBy(made)).as("%s", mode).isEqualTo(mode.isUsed());
            assertThat(under.ofRevision(revision)).isEqualTo(desired.ofRevision(revision));
            assertThat(under.withPlainPods().deployment(revision, Role.Stable, 1))
                    .isEqualTo(desired.deployment(revision, Role.Stable, 1));
        }
    }
}
