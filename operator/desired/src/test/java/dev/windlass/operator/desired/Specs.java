package dev.windlass.operator.desired;

import dev.windlass.api.LlmDeployment;
import dev.windlass.api.ResourceFile;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Resources of which a test writes the spec alone, in YAML's flow style without the outer braces. */
final class Specs {
    /** What is a spec by itself, and stands before what a test adds. */
    static final String MODEL = "model: {uri: 'hf://a/b'}";

    private Specs() {}

    static LlmDeployment resource(String spec) throws IOException {
        Path file = Files.createTempFile("resource", ".yaml");
        try {
            Files.writeString(
                    file,
                    "apiVersion: windlass.dev/v1alpha1\nkind: LlmDeployment\nmetadata: {name: it}\nspec: {"
                            + spec.replace("\n", " ") + "}\n");
            return ResourceFile.read(file).getFirst();
        } finally {
            Files.delete(file);
        }
    }

    static DesiredRevision revision(LlmDeployment resource) {
        return DesiredRevision.of(resource, resource.spec().versioned());
    }

    static DesiredRevision revision(String spec) throws IOException {
        return revision(resource(spec));
    }

    /** Of the pods that a resource has at first. */
    static PodTemplateSpec template(DesiredObjects desired, LlmDeployment resource) {
        return desired.initial(resource).stream()
                .filter(Deployment.class::isInstance)
                .map(Deployment.class::cast)
                .findFirst()
                .orElseThrow()
                .getSpec()
                .getTemplate();
    }
}
