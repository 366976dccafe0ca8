package dev.windlass.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** As the client of an operator or a gateway reads what a newer, older or careless definition let through. */
class ReadingTest {
    private static final KubernetesSerialization KUBERNETES = new KubernetesSerialization();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "text",
                "[]",
                "{}",
                "{model: null}",
                "{model: text}",
                "{model: {uri: {}}}",
                "{model: {uri: [a]}, replicas: many}",
                "{variants: [null, 1, {weight: x}, {overlay: text}]}",
                "{traffic: {rules: [{headers: {a: null}}], sticky: {by: Star}}}",
                "{resources: {memory: {}, cpu: [], gpu: {count: {}}}}",
                "{autoscaling: {metrics: [{type: Charm}], schedules: [{days: [Someday]}]}}",
                "{scheduling: {nodeSelector: {a: null, b: {}}, tolerations: [[]]}}",
                "{podOverlay: text, unread: [{}], somethingNew: {a: b}}"
            })
    void readsAnySpecAtAll(String spec) {
        LlmDeployment resource = read("spec: " + spec);

        assertThat(resource.spec().versioned()).isNotNull();
        assertThat(SpecCheck.problems(resource)).isNotEmpty();
    }

    @Test
    void keepsWhatItCanRead() {
        LlmDeployment resource = read(
                "spec: {model: {uri: 'hf://a/b'}, runtime: {provider: Npu, batch: {maxSequences: 7}}, replicas: [], drain: {timeout: 5m}}");

        assertThat(resource.spec().model().uri()).isEqualTo("hf://a/b");
        assertThat(resource.spec().runtime().batch().maxSequences()).isEqualTo(7);
        assertThat(resource.spec().drain().timeout().value()).isEqualTo(Duration.ofMinutes(5));
        assertThat(resource.spec().unread())
                .extracting(Problem::field)
                .containsExactlyInAnyOrder("spec.runtime.provider", "spec.replicas");
    }

    @Test
    void readsAnyStatusAtAll() {
        assertThat(
                        read("status: {phase: Meditating, replicas: 2, revisions: [{role: Star, name: a}], conditions: [null]}")
                                .status())
                .satisfies(status -> {
                    assertThat(status.phase()).isNull();
                    assertThat(status.replicas()).isEqualTo(2);
                    assertThat(status.revisions().getFirst().name()).isEqualTo("a");
                });
        assertThat(read("status: 3").status()).isEqualTo(LlmDeploymentStatus.ABSENT);
        assertThat(read("metadata: {name: a}").status()).isEqualTo(LlmDeploymentStatus.ABSENT);
    }

    @Test
    void writesBackWhatItReadAndNothingOfItsOwnReading() {
        LlmDeployment resource = read("spec: {model: {uri: 'hf://a/b'}, replicas: []}");

        assertThat(KUBERNETES.asJson(resource)).contains("hf://a/b").doesNotContain("unread", "spec.replicas");
    }

    private static LlmDeployment read(String rest) {
        return KUBERNETES.unmarshal(
                "apiVersion: windlass.dev/v1alpha1\nkind: LlmDeployment\n" + rest + "\n", LlmDeployment.class);
    }
}
