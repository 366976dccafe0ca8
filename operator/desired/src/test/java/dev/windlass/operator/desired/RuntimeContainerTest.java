package dev.windlass.operator.desired;

import static dev.windlass.operator.desired.Specs.MODEL;
import static dev.windlass.operator.desired.Specs.resource;
import static dev.windlass.operator.desired.Specs.revision;
import static dev.windlass.operator.desired.Specs.template;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.windlass.api.LlmDeployment;
import dev.windlass.api.LlmDeploymentStatus.Role;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the runtime is given and told. */
class RuntimeContainerTest {
    private final DesiredObjects desired = new DesiredObjects(Installation.STANDARD);

    @TempDir
    Path directory;

    @Test
    void sizesPodsByTheModelWhereItIsKnown() {
        LlmDeployment resource = Cases.named("qwen");
        var known = new DesiredRevision(resource, resource.spec().versioned(), "h", 15_231_233_024L);

        assertThat(memory(known)).isEqualTo("21Gi");
        assertThat(memory(revision(resource))).isEqualTo("4Gi");
    }

    @Test
    void givesAGpuToWhoeverSaysNothingWhereThereAreSome() throws IOException {
        var withGpus = new DesiredObjects(Installation.STANDARD.withDefaultGpus(1));

        assertThat(limits(withGpus, revision(MODEL))).containsKey("nvidia.com/gpu");
        assertThat(limits(withGpus, revision(MODEL + ", runtime: {provider: Cpu}")))
                .doesNotContainKey("nvidia.com/gpu");
        assertThat(limits(desired, revision(MODEL + ", runtime: {provider: Cuda}")))
                .containsKey("nvidia.com/gpu");
    }

    @Test
    void tellsTheRuntimeHowToWarmUpAndWhetherToReusePrefixes() throws IOException {
        var told = runtime(resource(MODEL + ", startup: {warmupPrompts: 0},"
                        + " runtime: {kvCache: {prefixReuse: false, dtype: Fp32}}"))
                .getArgs();
        var usual = runtime(resource(MODEL)).getArgs();

        assertThat(told).contains("--warmup-prompts=0", "--no-prefix-reuse");
        assertThat(usual).contains("--warmup-prompts=3").doesNotContain("--no-prefix-reuse");
    }

    @Test
    void letsTheRuntimeItselfSayThatAChatTemplateIsMissing() throws IOException {
        LlmDeployment resource = resource(
                "model: {uri: 'hf://a/b', chatTemplate: {configMapKeyRef: {name: templates, key: chat.jinja}}}");

        assertThat(runtime(resource).getArgs()).contains("--chat-template=/etc/windlass/chat-template/chat.jinja");
        var volume = template(desired, resource).getSpec().getVolumes().stream()
                .filter(one -> one.getConfigMap() != null)
                .findFirst()
                .orElseThrow()
                .getConfigMap();
        assertThat(volume.getName()).isEqualTo("templates");
        assertThat(volume.getOptional()).isTrue();
    }

    @Test
    void podsSendTracesWhereTheInstallationSaysAndBeginNoneThemselves() throws IOException {
        Path file = Files.writeString(directory.resolve("settings.yaml"), "tracesEndpoint: http://collector:4318\n");
        Installation traced = InstallationFile.read(file);

        assertThat(variables(Installation.STANDARD, "")).doesNotContainKey("OTEL_EXPORTER_OTLP_ENDPOINT");
        assertThat(variables(traced, ""))
                .containsEntry("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318")
                .containsEntry("OTEL_TRACES_SAMPLER", "parentbased_always_off")
                .hasEntrySatisfying(
                        "OTEL_RESOURCE_ATTRIBUTES",
                        said -> assertThat(said)
                                .matches("k8s.namespace.name=[a-z]+,k8s.deployment.name=[a-z]+-[0-9a-z]+"));
        assertThat(variables(
                        traced, ", runtime: {env: [{name: OTEL_EXPORTER_OTLP_ENDPOINT, value: 'http://mine:4318'}]}"))
                .containsEntry("OTEL_EXPORTER_OTLP_ENDPOINT", "http://mine:4318");
        assertThat(Omissions.of(resource(MODEL + ", observability: {tracing: {sampleRatio: 5%}}"), traced))
                .isEmpty();

        Files.writeString(file, "tracesEndpoint: collector:4318\n");
        assertThatThrownBy(() -> InstallationFile.read(file))
                .hasMessageContaining(
                        "tracesEndpoint: expected an address such as http://collector.observability:4318");
    }

    private String memory(DesiredRevision revision) {
        return String.valueOf(limits(desired, revision).get("memory"));
    }

    private static Map<String, ?> limits(DesiredObjects desired, DesiredRevision revision) {
        return desired.deployment(revision, Role.Stable, 1)
                .getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .getFirst()
                .getResources()
                .getLimits();
    }

    private Map<String, String> variables(Installation installation, String more) throws IOException {
        var deployment = new DesiredObjects(installation).deployment(revision(MODEL + more), Role.Stable, 1);
        return deployment.getSpec().getTemplate().getSpec().getContainers().getFirst().getEnv().stream()
                .collect(Collectors.toMap(EnvVar::getName, EnvVar::getValue));
    }

    private Container runtime(LlmDeployment resource) {
        return template(desired, resource).getSpec().getContainers().getFirst();
    }
}
