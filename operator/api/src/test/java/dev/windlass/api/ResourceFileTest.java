package dev.windlass.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResourceFileTest {
    private static final String HEAD = "apiVersion: windlass.dev/v1alpha1\nkind: LlmDeployment\n";

    @TempDir
    Path directory;

    @Test
    void readsTheFiveLinesThatSuffice() throws IOException {
        var read = read(HEAD + "metadata: {name: qwen}\nspec:\n  model: {uri: 'hf://Qwen/Qwen2.5-0.5B-Instruct'}\n");

        assertThat(read).singleElement().satisfies(resource -> {
            assertThat(resource.name()).isEqualTo("qwen");
            assertThat(resource.spec().model().convert()).isNull();
            assertThat(resource.spec().drain().timeout().value()).isEqualTo(Duration.ofMinutes(2));
            assertThat(resource.spec().limits().queue().maxWaiting()).isEqualTo(256);
        });
    }

    @Test
    void readsEveryFieldAndEveryDocument() throws IOException {
        var read = read(HEAD + """
                metadata: {name: a, labels: {team: x}}
                spec:
                  model:
                    uri: file://./demo-model
                    servedNames: [a, b]
                    convert: {quantization: Int4}
                    maxContextTokens: 512
                  runtime: {provider: Cpu, batch: {maxSequences: 4, maxTokens: 256}}
                  limits: {queue: {maxWaiting: 7, timeout: 1m30s}}
                  drain: {timeout: 500ms}
                ---
                apiVersion: windlass.dev/v1alpha1
                kind: LlmDeployment
                metadata: {name: b}
                spec: {model: {uri: 's3://bucket/b'}}
                """);

        assertThat(read).hasSize(2);
        var spec = read.getFirst().spec();
        assertThat(spec.model().servedNames()).containsExactly("a", "b");
        assertThat(spec.model().maxContextTokens()).isEqualTo(512);
        assertThat(spec.runtime().batch().maxSequences()).isEqualTo(4);
        assertThat(spec.limits().queue().timeout().value()).isEqualTo(Duration.ofSeconds(90));
        assertThat(spec.drain().timeout().value()).isEqualTo(Duration.ofMillis(500));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {uri: 'ftp://x'}                              | spec.model.uri: expected hf://, s3://
                    {}                                            | spec.model.uri: expected an address
                    {uri: 'hf://a/b', quantisation: Int4}         | spec.model.quantisation: no such field; known here are
                    {uri: 'hf://a/b', convert: {quantization: 4}} | spec.model.convert.quantization
                    {uri: 'hf://a/b', maxContextTokens: -1}       | spec.model.maxContextTokens: expected an integer of at least 0, got -1
                    {uri: 'hf://a/b', maxContextTokens: many}     | spec.model.maxContextTokens: expected Integer, got "many"
                    {uri: 'hf://a/b', uri: 'hf://a/c'}            | uplicate field 'uri'
                    """)
    void saysWhatIsWrongAndWhere(String model, String message) {
        assertThatThrownBy(() -> read(HEAD + "metadata: {name: qwen}\nspec:\n  model: " + model + "\n"))
                .isInstanceOf(InvalidResourceException.class)
                .hasMessageContaining("resource.yaml:")
                .hasMessageContaining(message)
                .hasMessageNotContaining("\n");
    }

    @Test
    void saysWhereFieldsStandThatContradictEachOther() {
        assertThatThrownBy(() -> read(HEAD + """
                metadata: {name: a}
                spec:
                  model: {uri: 'hf://a/b'}
                ---
                apiVersion: windlass.dev/v1alpha1
                kind: LlmDeployment
                metadata: {name: b}
                spec:
                  model: {uri: 'hf://a/b'}
                  rollout:
                    strategy: Canary
                    canary:
                      steps:
                      - {weight: 20}
                      - {weight: 10}
                """))
                .hasMessageEndingWith("resource.yaml:15: spec.rollout.canary.steps: canary step weights must ascend");
        assertThatThrownBy(() -> read(HEAD + """
                metadata: {name: b}
                spec:
                  model: {uri: 'hf://a/b'}
                  autoscaling:
                    schedules: []
                """))
                .hasMessageEndingWith("resource.yaml:6: spec.autoscaling.maxReplicas: expected a value, got nothing");
    }

    @Test
    void refusesAnotherKind() {
        assertThatThrownBy(() -> read("apiVersion: v1\nkind: Pod\nmetadata: {name: x}\n"))
                .hasMessageContaining("apiVersion: expected \"windlass.dev/v1alpha1\"".replace("\"", ""))
                .hasMessageContaining("got \"v1\"");
    }

    @Test
    void refusesWhatIsNoYamlAndWhatIsNotThere() {
        assertThatThrownBy(() -> read("{{{")).isInstanceOf(InvalidResourceException.class);
        assertThatThrownBy(() -> read("")).hasMessageContaining("empty document");
        assertThatThrownBy(() -> ResourceFile.read(directory.resolve("absent.yaml")))
                .hasMessageContaining("no such file");
    }

    private List<LlmDeployment> read(String yaml) throws IOException {
        return ResourceFile.read(Files.writeString(directory.resolve("resource.yaml"), yaml));
    }
}
