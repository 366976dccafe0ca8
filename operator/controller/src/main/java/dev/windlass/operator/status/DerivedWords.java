package dev.windlass.operator.status;

import dev.windlass.api.LlmDeploymentStatus;
import dev.windlass.api.LlmDeploymentStatus.Derived;
import dev.windlass.api.ModelSpec;
import dev.windlass.api.RuntimeSpec.Provider;
import dev.windlass.api.VersionedSpec;
import dev.windlass.operator.desired.DesiredRevision;
import dev.windlass.operator.memory.Memory.Told;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is known of the stable revision without asking its pods: what they were given, and what its spec settles. */
final class DerivedWords {
    private DerivedWords() {}

    /** @param deployment the revision's, as it is wanted */
    static @Nullable Derived derived(@Nullable Deployment deployment, @Nullable DesiredRevision revision) {
        if (deployment == null || revision == null) {
            return null;
        }
        Container container =
                deployment.getSpec().getTemplate().getSpec().getContainers().getFirst();
        Map<String, Quantity> amounts =
                container.getResources() == null || container.getResources().getLimits() == null
                        ? Map.of()
                        : container.getResources().getLimits();
        int gpus = gpus(amounts, revision.spec());
        return new Derived(
                amounts.get("cpu"),
                amounts.get("memory"),
                gpus,
                provider(gpus, revision.spec()),
                quantization(revision.spec()));
    }

    /** GPUs are extended resources, which have a domain; those that are claimed are in the spec alone. */
    private static int gpus(Map<String, Quantity> amounts, VersionedSpec spec) {
        var gpu = spec.resources().gpu();
        return gpu != null && gpu.dra() != null
                ? gpu.count()
                : amounts.entrySet().stream()
                        .filter(entry -> entry.getKey().indexOf('/') > 0)
                        .mapToInt(entry -> entry.getValue().getNumericalAmount().intValue())
                        .sum();
    }

    /** With a GPU only the runtime knows whether it computes there. */
    private static @Nullable Provider provider(int gpus, VersionedSpec spec) {
        Provider asked = spec.runtime().provider();
        return asked != Provider.Auto ? asked : gpus == 0 ? Provider.Cpu : null;
    }

    private static ModelSpec.@Nullable Quantization quantization(VersionedSpec spec) {
        var convert = spec.model().convert();
        return convert == null || convert.quantization() == ModelSpec.Quantization.Auto ? null : convert.quantization();
    }

    /** @param told what its pods said of it */
    static LlmDeploymentStatus.@Nullable Model model(@Nullable DesiredRevision revision, @Nullable Told told) {
        if (revision == null) {
            return null;
        }
        ModelSpec.Format asked = revision.spec().model().format();
        ModelSpec.@Nullable Format format = asked == ModelSpec.Format.Auto ? null : asked;
        Long bytes = revision.modelBytes() > 0 ? revision.modelBytes() : null;
        return format == null && bytes == null && told == null
                ? null
                : new LlmDeploymentStatus.Model(
                        told == null ? "" : told.revision(), told == null ? "" : told.sha256(), bytes, format);
    }
}
