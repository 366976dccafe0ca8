package dev.windlass.api;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;

/**
 * A language model to serve: the resource that a cluster's operator reconciles and one machine serves directly. The
 * records below it have defaults for what was not written, so never send a spec back to an API server: patch the status.
 */
@Group(LlmDeployment.GROUP)
@Version(LlmDeployment.VERSION)
@Kind(LlmDeployment.KIND)
@Singular("llmdeployment")
@Plural("llmdeployments")
@ShortNames({"llm", "llmd"})
@Categories("all")
@AdditionalPrinterColumn(name = "Ready", jsonPath = ".status.conditions[?(@.type==\"Ready\")].status")
@AdditionalPrinterColumn(name = "Phase", jsonPath = ".status.phase")
@AdditionalPrinterColumn(name = "Replicas", jsonPath = ".status.readyOfDesired")
@AdditionalPrinterColumn(name = "Stable", jsonPath = ".status.stableRevision")
@AdditionalPrinterColumn(name = "Canary", jsonPath = ".status.canaryRevision")
@AdditionalPrinterColumn(
        name = "Weight",
        type = AdditionalPrinterColumn.Type.INTEGER,
        jsonPath = ".status.canaryWeight")
@AdditionalPrinterColumn(
        name = "Age",
        type = AdditionalPrinterColumn.Type.DATE,
        jsonPath = ".metadata.creationTimestamp")
@AdditionalPrinterColumn(name = "Model", jsonPath = ".spec.model.uri", priority = 1)
@AdditionalPrinterColumn(name = "URL", jsonPath = ".status.url", priority = 1)
@ValidationRule(
        value = "size(self.metadata.name) <= 40 && self.metadata.name.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$')",
        message = Sentences.NAME)
public final class LlmDeployment extends CustomResource<LlmDeploymentSpec, LlmDeploymentStatus> implements Namespaced {
    public static final String GROUP = "windlass.dev";
    public static final String VERSION = "v1alpha1";
    public static final String API_VERSION = GROUP + "/" + VERSION;
    public static final String KIND = "LlmDeployment";
    private static final long serialVersionUID = 1L;

    /** What is asked for; with nothing but defaults where the resource has no spec. */
    public LlmDeploymentSpec spec() {
        return Absent.or(getSpec(), LlmDeploymentSpec.ABSENT);
    }

    /** What is, as far as anybody has said. */
    public LlmDeploymentStatus status() {
        return Absent.or(getStatus(), LlmDeploymentStatus.ABSENT);
    }

    public String name() {
        return Absent.text(getMetadata().getName());
    }

    /** The default namespace where none was written. */
    public String namespace() {
        return Absent.or(getMetadata().getNamespace(), "default");
    }

    @Override
    @JsonIgnore
    public String getFullResourceName() {
        return super.getFullResourceName();
    }
}
