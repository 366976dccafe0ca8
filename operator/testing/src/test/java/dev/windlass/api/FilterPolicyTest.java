package dev.windlass.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.windlass.testing.KubeApi;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The definition of filter policies as a real API server understands it, and as files are read. */
class FilterPolicyTest {
    @RegisterExtension
    static final KubeApi kube = KubeApi.with(Path.of("../../crds/llmfilterpolicies.windlass.dev.yaml"));

    private static final String HEAD =
            "apiVersion: windlass.dev/v1alpha1\nkind: LlmFilterPolicy\nmetadata: {name: p}\n";

    @TempDir
    Path directory;

    private Path file(String spec) throws Exception {
        return Files.writeString(directory.resolve("p.yaml"), HEAD + "spec: " + spec);
    }

    @Test
    void takesARuleOfEveryKind() throws Exception {
        var file = file("""
                {rules: [
                  {name: words, action: Flag, direction: Output, keywords: {words: [a, b c]}},
                  {name: key, pattern: {expression: 'sk-[a-z]+', maxLength: 64}},
                  {name: pii, pii: {}}, {name: more, pii: {recognisers: [Email], own: [{name: badge, pattern: 'B[0-9]{6}'}]}},
                  {name: mood, sentiment: {threshold: "-0.6"}}, {name: sad, sentiment: {}},
                  {name: rude, toxicity: {model: judge, threshold: "0.8", labels: [toxic]}}]}
                """);

        assertThat(kube.kubectl("apply", "--validate=strict", "-f", file.toString())
                        .text())
                .contains("created");
        var read = ResourceFile.contents(file).policies().getFirst();
        assertThat(read.spec().rules()).hasSize(7);
        assertThat(kube.client()
                        .resources(LlmFilterPolicy.class)
                        .inNamespace(kube.namespace())
                        .withName("p")
                        .get()
                        .spec())
                .isEqualTo(read.spec());
        assertThat(kube.kubectl("get", "llmfp").text()).contains("RULES", "words");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{rules: [{name: a, pii: {}}, {name: a, sentiment: {}}]} | rules must have different names",
                "{rules: [{name: a}]} | a rule needs exactly one of keywords, pattern, pii, sentiment and toxicity",
                "{rules: [{name: a, pii: {}, sentiment: {}}]} | a rule needs exactly one of",
                "{rules: [{name: a, sentiment: {threshold: '0.5'}}]} | threshold",
                "{rules: [{name: a, toxicity: {model: m, threshold: '2'}}]} | threshold",
                "{rules: [{name: A b, pii: {}}]} | name",
                "{rules: [{name: a, toxicity: {}}]} | model",
                "{rules: [{name: a, keywords: {}}]} | words",
                "{rules: [{name: a, pattern: {expression: x, maxLength: 5000}}]} | maxLength",
                "{} | rules",
            })
    void refusesTheSameAsFilesDo(String spec, String sentence) throws Exception {
        var refused = kube.kubectl("apply", "-f", file(spec).toString());
        assertThat(refused.status()).isNotZero();
        assertThat(refused.text()).contains(sentence);
        var policy = new KubernetesSerialization().unmarshal(HEAD + "spec: " + spec, LlmFilterPolicy.class);
        assertThat(FilterPolicyCheck.problems(policy))
                .anySatisfy(problem -> assertThat(problem.toString()).contains(sentence));
    }

    @Test
    void filesSayTheLineOfAnExpressionThatIsNone() throws Exception {
        var file = file("\n  rules:\n  - name: a\n    pattern: {expression: '(a'}\n");

        org.assertj.core.api.Assertions.assertThatThrownBy(() -> ResourceFile.contents(file))
                .isInstanceOf(InvalidResourceException.class)
                .hasMessageContaining("p.yaml:7: spec.rules[0].pattern.expression: expected a regular expression");
    }
}
