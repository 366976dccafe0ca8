package dev.windlass.operator.desired;

import dev.windlass.api.CacheSpec;
import dev.windlass.api.LlmDeployment;
import dev.windlass.api.LlmDeploymentSpec;
import dev.windlass.api.ModelSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What a spec asks for and no object carries yet, or not in this installation, so that nobody believes in a check or a speed that is not there. */
public final class Omissions {
    private Omissions() {}

    /** One sentence for each field, in the order of the spec. */
    public static List<String> of(LlmDeployment deployment, Installation installation) {
        LlmDeploymentSpec spec = deployment.spec();
        var found = new ArrayList<String>();
        ofModel(spec.model(), found);
        var gpu = spec.resources().gpu();
        if (gpu != null && gpu.count() > 0) {
            found.add("spec.resources.gpu: pods get the devices, and the runtime does not compute on them yet");
        }
        if (spec.cache().prefetch() && spec.cache().mode() != CacheSpec.Mode.Shared) {
            found.add("spec.cache.prefetch: only a Shared cache outlives what fetches; each pod fetches for itself");
        }
        ofAnalysis(spec, installation, found);
        if (spec.observability().tracing() != null
                && installation.tracesEndpoint().isEmpty()) {
            found.add(
                    "spec.observability.tracing: nobody said where traces go, so none are made; set tracing.endpoint of the chart");
        }
        return found;
    }

    private static void ofAnalysis(LlmDeploymentSpec spec, Installation installation, List<String> found) {
        boolean asksNobody = spec.canary().stream()
                .flatMap(canary -> canary.analysis().metrics().stream())
                .flatMap(check -> Stream.ofNullable(check.prometheus()))
                .anyMatch(query -> query.address().isEmpty());
        if (asksNobody && installation.prometheus().isEmpty()) {
            found.add(
                    "spec.rollout.canary.analysis.metrics: nobody said where Prometheus is, so a check that asks it is always inconclusive; set prometheus.url of the chart, or the query's address");
        }
    }

    private static void ofModel(ModelSpec model, List<String> found) {
        if (model.format() == ModelSpec.Format.TensorRT || model.format() == ModelSpec.Format.Onnx) {
            found.add("spec.model.format: the runtime reads safetensors, and no %s yet".formatted(model.format()));
        }
        var convert = model.convert();
        if (convert != null && convert.target() == ModelSpec.Target.TensorRT) {
            found.add("spec.model.convert.target: nothing converts to TensorRT yet");
        }
        if (convert != null
                && (convert.quantization() == ModelSpec.Quantization.Fp16
                        || convert.quantization() == ModelSpec.Quantization.Fp8)) {
            found.add("spec.model.convert.quantization: the runtime has no %s weights yet; it decides itself"
                    .formatted(convert.quantization()));
        }
        if (!model.adapters().isEmpty()) {
            found.add("spec.model.adapters: reserved, and not loaded yet");
        }
    }
}
