package dev.windlass.api;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;

/** What may be asked and answered, in rules that several LlmDeployments of a namespace can share. */
@Group(LlmDeployment.GROUP)
@Version(LlmDeployment.VERSION)
@Kind(LlmFilterPolicy.KIND)
@Singular("llmfilterpolicy")
@Plural("llmfilterpolicies")
@ShortNames("llmfp")
@Categories("all")
@AdditionalPrinterColumn(name = "Rules", jsonPath = ".spec.rules[*].name")
@AdditionalPrinterColumn(
        name = "Age",
        type = AdditionalPrinterColumn.Type.DATE,
        jsonPath = ".metadata.creationTimestamp")
public final class LlmFilterPolicy extends CustomResource<LlmFilterPolicySpec, Void> implements Namespaced {
    public static final String KIND = "LlmFilterPolicy";
    private static final long serialVersionUID = 1L;

    /** The rules; none where the resource has no spec. */
    public LlmFilterPolicySpec spec() {
        return Absent.or(getSpec(), LlmFilterPolicySpec.ABSENT);
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
