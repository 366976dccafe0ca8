package dev.windlass.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.windlass.testing.KubeApi;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The definition as a real API server understands it. */
class ApiServerTest {
    @RegisterExtension
    static final KubeApi kube = KubeApi.with(
            Path.of("../../crds/llmdeployments.windlass.dev.yaml"),
            Path.of("../../crds/llmfilterpolicies.windlass.dev.yaml"));

    @SuppressWarnings("unused")
    private static final List<BadSpec> BAD = BadSpec.ALL;

    @TempDir
    Path directory;

    static List<Path> examples() {
        return Examples.files();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void acceptsEveryExample(Path example) throws Exception {
        var applied = kube.kubectl("apply", "--validate=strict", "-f", example.toString());

        assertThat(applied.text()).contains("created").doesNotContain("Warning");
        assertThat(applied.status()).isZero();
        assertThat(ResourceFile.read(example)).isNotEmpty();
    }

    @ParameterizedTest
    @FieldSource("BAD")
    void refusesBadSpecsWithTheSentenceThatSaysWhatToWrite(BadSpec bad) {
        assertThatThrownBy(() -> create("bad", bad.spec()))
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining(bad.sentence());
    }

    @ParameterizedTest
    @FieldSource("BAD")
    void refusesInTheWordsInWhichFilesAreRefused(BadSpec bad) {
        LlmDeployment resource = new KubernetesSerialization().unmarshal(yaml("bad", bad.spec()), LlmDeployment.class);

        assertThat(SpecCheck.problems(resource))
                .anySatisfy(problem -> assertThat(problem.toString())
                        .startsWith("spec")
                        .contains(bad.sentence().replace("write ", "")));
    }

    @Test
    void refusesNamesThatLeaveNoRoomForAHash() {
        String spec = "{model: {uri: 'hf://a/b'}}";

        assertThatThrownBy(() -> create("a".repeat(41), spec)).hasMessageContaining(Sentences.NAME);
        assertThatThrownBy(() -> create("a.b", spec)).hasMessageContaining(Sentences.NAME);
        create("a".repeat(40), spec);
    }

    @Test
    void refusesWhatIsMissingUnknownOrNoDuration() throws Exception {
        assertThatThrownBy(() -> create("a", "{model: {}}")).hasMessageContaining("spec.model.uri: Required value");
        assertThatThrownBy(() -> create("a", "{model: {uri: 'hf://a/b'}, drain: {timeout: soon}}"))
                .hasMessageContaining("spec.drain.timeout");
        var applied = kube.kubectl("apply", "-f", file("{model: {uri: 'hf://a/b', url: x}}"));
        assertThat(applied.text()).contains("unknown field \"spec.model.url\"");
    }

    @Test
    void keepsTheCacheWhereItIs() {
        create("fixed", "{model: {uri: 'hf://a/b'}}");
        var edit = kube.client().genericKubernetesResources(LlmDeployment.API_VERSION, LlmDeployment.KIND);

        assertThatThrownBy(() -> edit.inNamespace(kube.namespace())
                        .withName("fixed")
                        .edit(resource -> {
                            resource.setAdditionalProperty(
                                    "spec",
                                    Map.of(
                                            "model",
                                            Map.of("uri", "hf://a/b"),
                                            "cache",
                                            Map.of("mode", "Shared", "size", "1Gi")));
                            return resource;
                        }))
                .hasMessageContaining(Sentences.CACHE_MODE);
    }

    @Test
    void scalesByReplicasAndRefusesToWhereThereIsAutoscaling() throws Exception {
        create("fixed", "{model: {uri: 'hf://a/b'}}");
        create("automatic", "{model: {uri: 'hf://a/b'}, autoscaling: {maxReplicas: 3}}");

        assertThat(kube.kubectl("scale", "llm/fixed", "--replicas=3").text()).contains("scaled");
        assertThat(get("fixed").spec().replicas()).isEqualTo(3);
        var refused = kube.kubectl("scale", "llm/automatic", "--replicas=3");
        assertThat(refused.status()).isNotZero();
        assertThat(refused.text()).contains(Sentences.REPLICAS_OR_AUTOSCALING);
    }

    @Test
    void writesDefaultsOnlyIntoBlocksThatSomebodyWrote() {
        assertThat(create("minimal", "{model: {uri: 'hf://a/b'}}"))
                .isEqualTo(Map.of("model", Map.of("uri", "hf://a/b")));
        assertThat(
                        create(
                                "more",
                                "{model: {uri: 'hf://a/b', convert: {}}, autoscaling: {maxReplicas: 2}, rollout: {}, auth: {}, cache: {}, traffic: {sticky: {}}, resources: {gpu: {}}}"))
                .isEqualTo(Map.of(
                        "model", Map.of("uri", "hf://a/b", "convert", Map.of("target", "Onnx", "quantization", "Auto")),
                        "autoscaling", Map.of("minReplicas", 1, "maxReplicas", 2),
                        "rollout", Map.of("strategy", "RollingUpdate"),
                        "auth", Map.of("mode", "None"),
                        "cache", Map.of("mode", "Ephemeral"),
                        "traffic", Map.of("sticky", Map.of("by", "None")),
                        "resources", Map.of("gpu", Map.of("count", 1))));
    }

    @Test
    void printsWhatPeopleLookFor() throws Exception {
        create("qwen", "{model: {uri: 'hf://a/b'}}");
        var resource = get("qwen");
        resource.setStatus(status());
        kube.client().resource(resource).patchStatus();

        assertThat(kube.kubectl("get", "llm").text().lines().map(line -> line.split(" {2,}")))
                .satisfiesExactly(
                        head -> assertThat(head)
                                .containsExactly(
                                        "NAME", "READY", "PHASE", "REPLICAS", "STABLE", "CANARY", "WEIGHT", "AGE"),
                        row -> assertThat(row).startsWith("qwen", "True", "Canary", "3/3", "qwen-b2", "qwen-c3", "25"));
        assertThat(kube.kubectl("get", "llmd", "-o", "wide").text())
                .contains("MODEL", "URL", "hf://a/b", "http://qwen.test.svc");
        assertThat(kube.kubectl("get", "all").text()).contains("llmdeployment.windlass.dev/qwen");
        assertThat(get("qwen").status()).isEqualTo(status());
    }

    private static LlmDeploymentStatus status() {
        Condition ready = new ConditionBuilder()
                .withType("Ready")
                .withStatus("True")
                .withReason("Serving")
                .withMessage("3 of 3 pods are ready")
                .withLastTransitionTime("2026-01-01T00:00:00Z")
                .build();
        return new LlmDeploymentStatus(
                1L,
                LlmDeploymentStatus.Phase.Canary,
                "http://qwen.test.svc",
                3,
                3,
                "3/3",
                "windlass.dev/name=qwen",
                "qwen-b2",
                "qwen-c3",
                25,
                null,
                new LlmDeploymentStatus.Model("a09a354", "sha256:0", 1L, ModelSpec.Format.SafeTensors),
                null,
                List.of(new LlmDeploymentStatus.Revision(
                        "qwen-b2",
                        LlmDeploymentStatus.Role.Stable,
                        "",
                        75,
                        2,
                        2,
                        2,
                        "hf://a/b",
                        "2026-01-01T00:00:00Z")),
                new RolloutStatus(
                        2,
                        3,
                        RolloutStatus.State.Analyzing,
                        "2026-01-01T00:00:00Z",
                        0,
                        List.of(new RolloutStatus.Check(
                                "TtftP95", "0.41", "0.44", 812L, RolloutStatus.Verdict.Pass, "within 20 %")),
                        null),
                null,
                List.of(ready),
                null);
    }

    private LlmDeployment get(String name) {
        return kube.client()
                .resources(LlmDeployment.class)
                .inNamespace(kube.namespace())
                .withName(name)
                .require();
    }

    /** The spec as the server stored it. */
    private @Nullable Object create(String name, String spec) {
        var resource =
                kube.client().getKubernetesSerialization().unmarshal(yaml(name, spec), GenericKubernetesResource.class);
        return kube.client()
                .resource(resource)
                .inNamespace(kube.namespace())
                .create()
                .getAdditionalProperties()
                .get("spec");
    }

    private String file(String spec) throws IOException {
        return Files.writeString(directory.resolve("resource.yaml"), yaml("file", spec))
                .toString();
    }

    private static String yaml(String name, String spec) {
        return "apiVersion: windlass.dev/v1alpha1\nkind: LlmDeployment\nmetadata: {name: %s}\nspec: %s\n"
                .formatted(name, spec);
    }
}
