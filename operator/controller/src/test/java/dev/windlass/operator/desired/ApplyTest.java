package dev.windlass.operator.desired;

import static org.assertj.core.api.Assertions.assertThat;

import dev.windlass.api.LlmDeployment;
import dev.windlass.api.ResourceFile;
import dev.windlass.testing.KubeApi;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a real API server says of the objects that resources become. */
class ApplyTest {
    @RegisterExtension
    static final KubeApi kube = KubeApi.with(
            Path.of("../../crds/llmdeployments.windlass.dev.yaml"),
            Path.of("src/test/resources/definitions/httproutes.yaml"),
            Path.of("src/test/resources/definitions/scaledobjects.yaml"));

    private final DesiredObjects desired = new DesiredObjects(Installation.STANDARD);

    @TempDir
    Path directory;

    static List<Path> files() {
        var files = new ArrayList<Path>();
        files.add(Path.of("../../examples/minimal.yaml"));
        files.add(Path.of("../../examples/reference.yaml"));
        try (var kept = Files.list(Path.of("../desired/src/test/resources/resources"))) {
            kept.sorted().forEach(files::add);
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
        return files;
    }

    @ParameterizedTest
    @MethodSource("files")
    void whatIsRenderedIsTakenWithoutAWarning(Path file) throws Exception {
        var resources = ResourceFile.read(file);
        resources.forEach(resource -> resource.getMetadata().setNamespace(kube.namespace()));
        var objects = resources.stream()
                .flatMap(resource -> desired.initial(resource).stream())
                .toList();
        Path rendered = Files.writeString(directory.resolve("rendered.yaml"), Manifest.of(objects));

        var dryRun = kube.kubectl(
                "apply", "--server-side", "--dry-run=server", "--validate=strict", "-f", rendered.toString());

        assertThat(dryRun.status()).as(dryRun.text()).isZero();
        assertThat(dryRun.text()).doesNotContain("Warning");
        assertThat(dryRun.text().lines()).hasSameSizeAs(objects);
    }

    @ParameterizedTest
    @MethodSource("files")
    void applyingAgainChangesNothing(Path file) {
        for (LlmDeployment resource : stored(file)) {
            apply(resource);
            // An API server stores a PersistentVolumeClaim anew at the second apply, without a difference that shows.
            List<String> second = apply(resource);

            assertThat(second).isNotEmpty();
            assertThat(apply(resource)).isEqualTo(second);
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void podsMayRunWhereOnlyRestrictedOnesMay(Path file) {
        kube.client().namespaces().withName(kube.namespace()).edit(namespace -> {
            namespace.getMetadata().getLabels().put("pod-security.kubernetes.io/enforce", "restricted");
            return namespace;
        });
        for (LlmDeployment resource : stored(file)) {
            desired.initial(resource).stream()
                    .filter(Deployment.class::isInstance)
                    .map(object -> ((Deployment) object).getSpec().getTemplate())
                    .forEach(ApplyTest::tryPod);
        }
    }

    /** Admission is what is asked; classes and accounts of the examples are not there. */
    private static void tryPod(PodTemplateSpec template) {
        var pod = new PodBuilder()
                .withNewMetadata()
                .withName("it")
                .withNamespace(kube.namespace())
                .endMetadata()
                .withSpec(template.getSpec())
                .editSpec()
                .withPriorityClassName(null)
                .withRuntimeClassName(null)
                .endSpec()
                .build();

        assertThat(kube.client().resource(pod).dryRun().create()).isNotNull();
    }

    /** The resources of a file as a cluster has them: with an identity that owners are known by. */
    private static List<LlmDeployment> stored(Path file) {
        return ResourceFile.read(file).stream()
                .map(resource -> {
                    resource.getMetadata().setNamespace(kube.namespace());
                    var uid = create(resource).getMetadata().getUid();
                    resource.getMetadata().setUid(uid);
                    return resource;
                })
                .toList();
    }

    private static HasMetadata create(LlmDeployment resource) {
        return kube.client()
                .resource(kube.client()
                        .getKubernetesSerialization()
                        .convertValue(resource, GenericKubernetesResource.class))
                .create();
    }

    private List<String> apply(LlmDeployment resource) {
        return desired.initial(resource).stream()
                .map(object -> kube.client()
                        .resource(object)
                        .fieldManager("windlass-operator")
                        .forceConflicts()
                        .serverSideApply()
                        .getMetadata())
                .map(ApplyTest::version)
                .toList();
    }

    /** Of what was asked for: controllers, where some run, write into the rest. */
    private static String version(ObjectMeta stored) {
        return stored.getName() + "@"
                + (stored.getGeneration() == null ? stored.getResourceVersion() : stored.getGeneration());
    }
}
