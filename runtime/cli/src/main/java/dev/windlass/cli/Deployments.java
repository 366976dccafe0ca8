package dev.windlass.cli;

import dev.windlass.api.AuthSpec;
import dev.windlass.api.InvalidResourceException;
import dev.windlass.api.LlmDeployment;
import dev.windlass.api.LlmDeploymentSpec;
import dev.windlass.api.LlmFilterPolicy;
import dev.windlass.api.ModelSpec;
import dev.windlass.api.ResourceFile;
import dev.windlass.api.RuntimeSpec;
import dev.windlass.model.digest.Sha256;
import dev.windlass.model.source.ModelSource;
import dev.windlass.model.weight.Quantization;
import dev.windlass.policy.EdgeSettings;
import dev.windlass.server.load.ModelSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one process is asked to serve.
 *
 * @param guarded the same models, as the policies before them have to know them
 * @param keyFiles files with keys for them
 * @param filterPolicies what their texts are judged by
 * @param requestTimeout the longest of any of them
 * @param drain likewise
 */
record Deployments(
        List<ModelSettings> models,
        List<Front.Model> guarded,
        List<Path> keyFiles,
        List<LlmFilterPolicy> filterPolicies,
        Duration requestTimeout,
        Duration drain) {
    private static final String NAMESPACE = "default";
    private static final Duration USUAL_TIMEOUT = Duration.ofMinutes(10);
    private static final Duration USUAL_DRAIN = Duration.ofSeconds(120);

    /** A model given on the command line. */
    static Deployments of(ModelSource source, @Nullable String name, List<String> aliases, ModelOptions options) {
        String called = name != null ? name : ModelSources.shortName(source);
        var names = new ArrayList<>(List.of(called));
        names.addAll(aliases);
        return new Deployments(
                List.of(options.settings(source, called, Set.copyOf(aliases))),
                List.of(new Front.Model(NAMESPACE, called, names, EdgeSettings.NONE)),
                List.of(),
                List.of(),
                USUAL_TIMEOUT,
                USUAL_DRAIN);
    }

    /** The LlmDeployments of a file; a relative {@code file://} in it starts from the file's own folder. */
    static Deployments read(Path file, ModelOptions options) {
        var contents = ResourceFile.contents(file);
        var resources = contents.deployments();
        if (resources.isEmpty()) {
            throw new InvalidResourceException(file + ": expected an LlmDeployment, got none");
        }
        Path folder = file.toAbsolutePath().getParent();
        return new Deployments(
                resources.stream()
                        .map(resource -> options.overriding(settings(resource, folder, options)))
                        .toList(),
                resources.stream().map(Deployments::guarded).toList(),
                // Secrets may stand beside the models.
                List.of(file),
                contents.policies(),
                longest(resources.stream()
                        .map(one -> one.spec().limits().queue().timeout().value())
                        .toList()),
                longest(resources.stream()
                        .map(one -> one.spec().drain().timeout().value())
                        .toList()));
    }

    private static Front.Model guarded(LlmDeployment resource) {
        var mode = resource.spec().auth().mode();
        if (mode == AuthSpec.Mode.ServiceAccount) {
            throw elsewhere("spec.auth.mode", "None, ApiKey or Jwt", mode);
        }
        var served = resource.spec().model().servedNames();
        return new Front.Model(
                resource.namespace(),
                resource.name(),
                served.isEmpty() ? List.of(resource.name()) : served,
                EdgeSettings.of(resource.spec()));
    }

    private static ModelSettings settings(LlmDeployment resource, @Nullable Path folder, ModelOptions options) {
        LlmDeploymentSpec spec = resource.spec();
        if (spec.model().chatTemplate() != null && !options.hasChatTemplate()) {
            throw new InvalidResourceException(
                    "spec.model.chatTemplate: a ConfigMap is a cluster's; on one machine give its file with --chat-template");
        }
        var dtype = spec.runtime().kvCache().dtype();
        if (dtype != RuntimeSpec.CacheType.Auto && dtype != RuntimeSpec.CacheType.Fp32) {
            throw elsewhere("spec.runtime.kvCache.dtype", "Auto or Fp32", dtype);
        }
        var names = new LinkedHashSet<>(spec.model().servedNames());
        String name = names.isEmpty() ? resource.name() : names.removeFirst();
        return new ModelSettings(
                ModelSources.parse(spec.model().uri(), folder == null ? Path.of("") : folder),
                name,
                Set.copyOf(names),
                quantization(spec),
                spec.model().maxContextTokens(),
                spec.runtime().batch().maxSequences(),
                spec.runtime().batch().maxTokens(),
                0,
                spec.limits().queue().maxWaiting(),
                spec.startup().warmupPrompts(),
                spec.runtime().kvCache().prefixReuse(),
                null,
                spec.model().sha256().isEmpty() ? null : new Sha256(spec.model().sha256()),
                spec.runtime().kvCache().memoryFraction().value());
    }

    /** A machine alone has no GPU to convert for, so some of what a cluster can do is refused here. */
    private static Quantization quantization(LlmDeploymentSpec spec) {
        var provider = spec.runtime().provider();
        if (provider != RuntimeSpec.Provider.Auto && provider != RuntimeSpec.Provider.Cpu) {
            throw elsewhere("spec.runtime.provider", "Auto or Cpu", provider);
        }
        var convert = spec.model().convert();
        if (convert == null) {
            return Quantization.AUTO;
        }
        if (convert.target() != ModelSpec.Target.Onnx) {
            throw elsewhere("spec.model.convert.target", "Onnx", convert.target());
        }
        return switch (convert.quantization()) {
            case Auto, None, Int8, Int4 ->
                Quantization.parse(convert.quantization().name().toLowerCase(Locale.ROOT));
            case Fp16, Fp8 ->
                throw elsewhere("spec.model.convert.quantization", "Auto, None, Int8 or Int4", convert.quantization());
        };
    }

    private static InvalidResourceException elsewhere(String field, String expected, Enum<?> found) {
        return new InvalidResourceException("%s: expected %s on one machine, got %s".formatted(field, expected, found));
    }

    private static Duration longest(List<Duration> durations) {
        return durations.stream().max(Comparator.naturalOrder()).orElse(Duration.ZERO);
    }
}
