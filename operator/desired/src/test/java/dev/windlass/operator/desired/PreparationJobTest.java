package dev.windlass.operator.desired;

import static dev.windlass.operator.desired.Specs.MODEL;
import static dev.windlass.operator.desired.Specs.revision;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The Job that prepares a model for the pods that share it. */
class PreparationJobTest {
    private final DesiredObjects desired = new DesiredObjects(Installation.STANDARD);

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

    private Optional<Job> job(String spec) throws IOException {
        String model = spec.startsWith("model") ? "" : MODEL + ", ";
        return desired.preparation(revision(model + spec));
    }
}
