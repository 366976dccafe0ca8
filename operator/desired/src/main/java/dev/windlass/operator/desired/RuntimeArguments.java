package dev.windlass.operator.desired;

import dev.windlass.api.InvalidResourceException;
import dev.windlass.api.ModelSpec;
import dev.windlass.api.RuntimeSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The arguments of {@code windlass serve}, and of what comes before it. What a cluster decides while pods run, such as limits, is none of them. */
final class RuntimeArguments {
    /** Where the operator asks how far it is, as it asks a pod that loads. */
    private static final String PROGRESS = "--progress-port=" + RuntimeContainer.PORT;

    /** The runtime's own, so that pods need not be told. */
    private static final double USUAL_MEMORY_FRACTION = 0.9;

    private RuntimeArguments() {}

    static List<String> of(DesiredRevision revision, Installation installation, ModelVolumes volumes) {
        ModelSpec model = revision.spec().model();
        var arguments = new ArrayList<>(List.of("serve", "--model=" + volumes.source()));
        List<String> names =
                model.servedNames().isEmpty() ? List.of(revision.deployment().name()) : model.servedNames();
        arguments.add("--name=" + names.getFirst());
        names.stream().skip(1).forEach(alias -> arguments.add("--alias=" + alias));
        arguments.add("--host=0.0.0.0");
        arguments.add("--port=" + RuntimeContainer.PORT);
        pin(model, arguments);
        if (installation.mutualTls().isUsed()) {
            arguments.add("--runtime-tls=" + RuntimeTls.PATH);
        }
        quantization(model, arguments);
        RuntimeSpec.Batch batch = revision.spec().runtime().batch();
        number("--context", model.maxContextTokens(), arguments);
        number("--max-sequences", batch.maxSequences(), arguments);
        number("--max-step-tokens", batch.maxTokens(), arguments);
        kvCache(revision.spec().runtime().kvCache(), arguments);
        arguments.add("--warmup-prompts=" + revision.spec().startup().warmupPrompts());
        if (model.chatTemplate() != null) {
            arguments.add("--chat-template=" + volumes.chatTemplate());
        }
        number("--drain-timeout", Seconds.atLeastOne(revision.spec().drain().timeout()), arguments);
        return arguments;
    }

    /** What fetches the model that {@link #of} serves. */
    static List<String> pull(DesiredRevision revision, ModelVolumes volumes) {
        var arguments = new ArrayList<>(List.of("pull", volumes.source(), PROGRESS));
        pin(revision.spec().model(), arguments);
        return arguments;
    }

    /** What writes the artifact that {@link #of} serves: of all its options only the width of the weights is in it. */
    static List<String> convert(DesiredRevision revision, ModelVolumes volumes) {
        var arguments = new ArrayList<>(List.of("convert", volumes.source(), PROGRESS));
        pin(revision.spec().model(), arguments);
        quantization(revision.spec().model(), arguments);
        return arguments;
    }

    private static void pin(ModelSpec model, List<String> arguments) {
        if (!model.sha256().isEmpty()) {
            arguments.add("--sha256=" + model.sha256());
        }
    }

    private static void quantization(ModelSpec model, List<String> arguments) {
        var convert = model.convert();
        if (convert == null) {
            return;
        }
        switch (convert.quantization()) {
            case Auto -> {}
            case None, Int8, Int4 ->
                arguments.add("--quantization=" + convert.quantization().name().toLowerCase(Locale.ROOT));
            // The runtime has no such weights: see Omissions.
            case Fp16, Fp8 -> {}
        }
    }

    private static void kvCache(RuntimeSpec.KvCache cache, List<String> arguments) {
        switch (cache.dtype()) {
            case Auto, Fp32 -> {}
            case Fp16, Int8 ->
                throw new InvalidResourceException(
                        "spec.runtime.kvCache.dtype: expected Auto or Fp32, the width that the runtime keeps, got "
                                + cache.dtype());
        }
        if (cache.memoryFraction().value() != USUAL_MEMORY_FRACTION) {
            arguments.add("--kv-memory-fraction=" + cache.memoryFraction().value());
        }
        if (!cache.prefixReuse()) {
            arguments.add("--no-prefix-reuse");
        }
    }

    private static void number(String option, int value, List<String> arguments) {
        if (value > 0) {
            arguments.add(option + "=" + value);
        }
    }
}
