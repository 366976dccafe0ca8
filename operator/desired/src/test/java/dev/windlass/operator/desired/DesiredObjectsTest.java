package dev.windlass.operator.desired;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.windlass.api.InvalidResourceException;
import dev.windlass.api.LlmDeployment;
import dev.windlass.api.LlmDeploymentStatus.Role;
import dev.windlass.api.ResourceFile;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DesiredObjectsTest {
    private static final String LIVE = """
            , autoscaling: {maxReplicas: 3}, rollout: {maxSurge: 2, progressDeadline: 1h}, auth: {mode: ApiKey, selector: {matchLabels: {a: b}}}
            , traffic: {routing: PrefixAware}, limits: {maxInputTokens: 9, queue: {maxWaiting: 1, timeout: 1s}}
            , cache: {size: 1Gi}, expose: {ingress: {host: a.example.com}}, observability: {audit: Full}, suspend: true""";

    private final DesiredObjects desired = new DesiredObjects(Installation.STANDARD);

    @TempDir
    Path directory;

    @Test
    void leavesPodsAloneWhenTheLiveBlockChanges() throws IOException {
        assertThat(template(resource("model: {uri: 'hf://a/b'}" + LIVE)))
                .isEqualTo(template(resource("model: {uri: 'hf://a/b'}")));
    }

    @Test
    void keepsPodsWhenARevisionChangesItsRole() {
        var revision = revision(Cases.named("qwen"));

        assertThat(desired.deployment(revision, Role.Stable, 2).getSpec())
                .isEqualTo(desired.deployment(revision, Role.Canary, 2).getSpec());
    }

    @Test
    void ownsEverythingButACacheThatIsToStay() throws IOException {
        var resource = resource("model: {uri: 'hf://a/b'}, autoscaling: {maxReplicas: 2}"
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
    void preparesOnlyWhatPodsShareAndSomebodyAskedFor() throws IOException {
        assertThat(job("cache: {mode: Shared, size: 1Gi, prefetch: true}")).isPresent();
        assertThat(job("model: {uri: 'hf://a/b', convert: {}}, cache: {mode: Shared, size: 1Gi}"))
                .isPresent();
        assertThat(job("cache: {mode: Shared, size: 1Gi}")).isEmpty();
        assertThat(job("cache: {prefetch: true}")).isEmpty();
        assertThat(job("model: {uri: 'hf://a/b', convert: {}}")).isEmpty();
    }

    /** Whatever the pods that serve have: their GPUs, the way to these, and an overlay that would fit no Job. */
    @Test
    void preparesOnCpusWithWhatTheRuntimeIsGiven() throws IOException {
        Job job = job("""
                        model: {uri: 's3://b/m', secretRef: {name: keys}, convert: {quantization: Int4}}
                        , resources: {gpu: {count: 1, dra: {deviceClassName: gpu.example.com}}, memory: 9Gi}
                        , scheduling: {nodeSelector: {pool: gpu}, runtimeClassName: nvidia}, startup: {timeout: 90s}
                        , runtime: {env: [{name: AWS_ENDPOINT_URL, value: 'http://s3'}]}
                        , podOverlay: {spec: {containers: [{name: mesh, image: mesh}]}}
                        , cache: {mode: Shared, size: 1Gi}""").orElseThrow();
        PodSpec pod = job.getSpec().getTemplate().getSpec();

        assertThat(job.getSpec().getActiveDeadlineSeconds()).isEqualTo(90);
        assertThat(pod.getNodeSelector()).isEmpty();
        assertThat(pod.getRuntimeClassName()).isNull();
        assertThat(pod.getContainers()).singleElement().satisfies(convert -> {
            assertThat(convert.getImage()).isEqualTo("windlass-runtime:0.1.0");
            assertThat(convert.getArgs())
                    .containsExactly("convert", "s3://b/m", "--progress-port=8080", "--quantization=int4");
            assertThat(convert.getResources().getClaims()).isEmpty();
            assertThat(convert.getResources().getLimits()).containsOnlyKeys("cpu", "memory");
            assertThat(convert.getEnv())
                    .extracting(EnvVar::getName)
                    .contains("WINDLASS_CACHE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_ENDPOINT_URL");
        });
        assertThat(pod.getInitContainers().getFirst().getArgs())
                .containsExactly("pull", "s3://b/m", "--progress-port=8080");
    }

    /** A headless Service, a budget and a scale count by this label; only what serves may be counted. */
    @Test
    void isNotTakenForAPodThatServes() throws IOException {
        Job job = job("cache: {mode: Shared, size: 1Gi, prefetch: true}").orElseThrow();

        assertThat(job.getSpec().getTemplate().getMetadata().getLabels())
                .doesNotContainKey(Labels.REVISION)
                .containsEntry(Labels.PREPARES, job.getMetadata().getLabels().get(Labels.REVISION));
    }

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

        assertThat(limits(withGpus, resource("model: {uri: 'hf://a/b'}"))).containsKey("nvidia.com/gpu");
        assertThat(limits(withGpus, resource("model: {uri: 'hf://a/b'}, runtime: {provider: Cpu}")))
                .doesNotContainKey("nvidia.com/gpu");
        assertThat(limits(desired, resource("model: {uri: 'hf://a/b'}, runtime: {provider: Cuda}")))
                .containsKey("nvidia.com/gpu");
    }

    @Test
    void refusesClassesThatThereAreNotAndGpusThatAreTooSmall() throws IOException {
        var unknown = revision(resource("model: {uri: 'hf://a/b'}, resources: {gpu: {class: b900}}"));
        var small = revision(resource("model: {uri: 'hf://a/b'}, resources: {gpu: {class: t4, memory: 20Gi}}"));

        assertThatThrownBy(() -> desired.deployment(unknown, Role.Stable, 1))
                .isInstanceOf(InvalidResourceException.class)
                .hasMessage("spec.resources.gpu.class: expected one of [a10g, h100, h200, l4, l40s, t4], got \"b900\"");
        assertThatThrownBy(() -> desired.deployment(small, Role.Stable, 1))
                .hasMessage("spec.resources.gpu.memory: expected at most the 15Gi of class t4, got 20Gi");
    }

    @Test
    void saysWhichFieldAnOverlayBreaks() throws IOException {
        var broken = revision(resource("model: {uri: 'hf://a/b'}, podOverlay: {spec: {containers: 3}}"));

        assertThatThrownBy(() -> desired.deployment(broken, Role.Stable, 1))
                .isInstanceOf(InvalidResourceException.class)
                .hasMessageStartingWith("spec.podOverlay: ");
    }

    @Test
    void leavesTheNameThatSaysTlsToTheRuntime() throws IOException {
        String beside = "model: {uri: 'hf://a/b'}, podOverlay: {spec: {containers: [{name: mesh, image: mesh,"
                + " ports: [{name: %s, containerPort: 8443}]}]}}";
        var taken = revision(resource(beside.formatted("https")));

        assertThatThrownBy(() -> desired.deployment(taken, Role.Stable, 1))
                .isInstanceOf(InvalidResourceException.class)
                .hasMessage(
                        "spec.podOverlay: expected another name than https for a container's port: it is the runtime's");
        assertThat(desired.deployment(revision(resource(beside.formatted("mesh"))), Role.Stable, 1))
                .satisfies(one -> assertThat(RuntimeTls.isSpokenBy(one)).isFalse());
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

    @Test
    void tellsTheRuntimeHowToWarmUpAndWhetherToReusePrefixes() throws IOException {
        var told = runtime(resource("model: {uri: 'hf://a/b'}, startup: {warmupPrompts: 0},"
                        + " runtime: {kvCache: {prefixReuse: false, dtype: Fp32}}"))
                .getArgs();
        var usual = runtime(resource("model: {uri: 'hf://a/b'}")).getArgs();

        assertThat(told).contains("--warmup-prompts=0", "--no-prefix-reuse");
        assertThat(usual).contains("--warmup-prompts=3").doesNotContain("--no-prefix-reuse");
    }

    @Test
    void letsTheRuntimeItselfSayThatAChatTemplateIsMissing() throws IOException {
        LlmDeployment resource = resource(
                "model: {uri: 'hf://a/b', chatTemplate: {configMapKeyRef: {name: templates, key: chat.jinja}}}");

        assertThat(runtime(resource).getArgs()).contains("--chat-template=/etc/windlass/chat-template/chat.jinja");
        var volume = template(resource).getSpec().getVolumes().stream()
                .filter(one -> one.getConfigMap() != null)
                .findFirst()
                .orElseThrow()
                .getConfigMap();
        assertThat(volume.getName()).isEqualTo("templates");
        assertThat(volume.getOptional()).isTrue();
    }

    @Test
    void refusesAWidthOfKeysAndValuesThatTheRuntimeDoesNotKeep() throws IOException {
        var half = revision(resource("model: {uri: 'hf://a/b'}, runtime: {kvCache: {dtype: Fp16}}"));

        assertThatThrownBy(() -> desired.deployment(half, Role.Stable, 1))
                .isInstanceOf(InvalidResourceException.class)
                .hasMessage(
                        "spec.runtime.kvCache.dtype: expected Auto or Fp32, the width that the runtime keeps, got Fp16");
    }

    @Test
    void saysWhatNoObjectCarriesYet() {
        assertThat(Omissions.of(Cases.named("qwen"), Installation.STANDARD)).isEmpty();
        assertThat(Omissions.of(Cases.named("reference"), Installation.STANDARD))
                .extracting(sentence -> sentence.substring(0, sentence.indexOf(':')))
                .containsExactly("spec.model.adapters", "spec.resources.gpu", "spec.observability.tracing");
    }

    @Test
    void saysWhichFilesTheRuntimeDoesNotRead() throws IOException {
        assertThat(Omissions.of(resource("model: {uri: 'hf://a/b', format: Onnx}"), Installation.STANDARD))
                .containsExactly("spec.model.format: the runtime reads safetensors, and no Onnx yet");
        assertThat(Omissions.of(resource("model: {uri: 'hf://a/b', format: SafeTensors}"), Installation.STANDARD))
                .isEmpty();
    }

    @Test
    void saysWhenAQueryHasNobodyToAnswerIt() throws IOException {
        LlmDeployment asks = resource("model: {uri: 'hf://a/b'}, rollout: {strategy: Canary, canary: {analysis:"
                + " {metrics: [{name: a, max: '1', prometheus: {query: x}}]}}}");
        Path file = Files.writeString(directory.resolve("settings.yaml"), "prometheus: http://prometheus:9090/base\n");

        assertThat(Omissions.of(asks, Installation.STANDARD))
                .singleElement()
                .asString()
                .startsWith("spec.rollout.canary.analysis.metrics: nobody said where Prometheus is")
                .contains("prometheus.url");
        assertThat(Omissions.of(asks, InstallationFile.read(file).withDefaultGpus(0)))
                .isEmpty();
        Files.writeString(file, "prometheus: prometheus:9090\n");
        assertThatThrownBy(() -> InstallationFile.read(file)).hasMessageContaining("prometheus: expected an address");
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
        assertThat(Omissions.of(
                        resource("model: {uri: 'hf://a/b'}, observability: {tracing: {sampleRatio: 5%}}"), traced))
                .isEmpty();

        Files.writeString(file, "tracesEndpoint: collector:4318\n");
        assertThatThrownBy(() -> InstallationFile.read(file))
                .hasMessageContaining(
                        "tracesEndpoint: expected an address such as http://collector.observability:4318");
    }

    private Map<String, String> variables(Installation installation, String more) throws IOException {
        var deployment = new DesiredObjects(installation)
                .deployment(revision(resource("model: {uri: 'hf://a/b'}" + more)), Role.Stable, 1);
        return deployment.getSpec().getTemplate().getSpec().getContainers().getFirst().getEnv().stream()
                .collect(Collectors.toMap(EnvVar::getName, EnvVar::getValue));
    }

    @Test
    void readsSettingsStrictly() throws IOException {
        Path file = Files.writeString(directory.resolve("settings.yaml"), """
                namespace: llm
                gpuClasses:
                  big: {nodeSelector: {pool: big}, tolerations: [{key: big, operator: Exists}], memory: 80Gi}
                """);

        Installation read = InstallationFile.read(file);

        assertThat(read.gateway()).isEqualTo("windlass-gateway.llm.svc.cluster.local");
        assertThat(read.gpuClasses()).containsOnlyKeys("big");
        assertThat(read.onCpu()).isEqualTo(Installation.STANDARD.onCpu());
        assertThat(read.mutualTls()).isEqualTo(Installation.MutualTls.Never);
        Files.writeString(file, "mutualTls: Require");
        assertThat(InstallationFile.read(file).mutualTls()).isEqualTo(Installation.MutualTls.Require);
        Files.writeString(file, "mutualTls: true");
        assertThatThrownBy(() -> InstallationFile.read(file))
                .isInstanceOf(InvalidResourceException.class)
                .hasMessageContaining("mutualTls: expected one of [Never, Accept, Use, Require], got true");
        Files.writeString(file, "\nnamespaces: llm\n");
        assertThatThrownBy(() -> InstallationFile.read(file))
                .isInstanceOf(InvalidResourceException.class)
                .hasMessageStartingWith(file + ": namespaces: no such setting; known here are [")
                .hasMessageContaining("gpuClasses");
    }

    private Optional<Job> job(String spec) throws IOException {
        String model = spec.startsWith("model") ? "" : "model: {uri: 'hf://a/b'}, ";
        return desired.preparation(revision(resource(model + spec)));
    }

    private String memory(DesiredRevision revision) {
        return String.valueOf(limits(desired, revision).get("memory"));
    }

    private static Map<String, ?> limits(DesiredObjects desired, LlmDeployment resource) {
        return limits(desired, revision(resource));
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

    private Container runtime(LlmDeployment resource) {
        return template(resource).getSpec().getContainers().getFirst();
    }

    private PodTemplateSpec template(LlmDeployment resource) {
        List<Deployment> deployments = desired.initial(resource).stream()
                .filter(Deployment.class::isInstance)
                .map(Deployment.class::cast)
                .toList();
        return deployments.getFirst().getSpec().getTemplate();
    }

    private static DesiredRevision revision(LlmDeployment resource) {
        return DesiredRevision.of(resource, resource.spec().versioned());
    }

    private LlmDeployment resource(String spec) throws IOException {
        Path file = Files.writeString(
                directory.resolve("resource.yaml"),
                "apiVersion: windlass.dev/v1alpha1\nkind: LlmDeployment\nmetadata: {name: it}\nspec: {"
                        + spec.replace("\n", " ") + "}\n");
        return ResourceFile.read(file).getFirst();
    }
}
