package dev.windlass.model.family;

import dev.windlass.model.InvalidModelException;
import dev.windlass.model.config.ModelConfig;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/** The model families that can be served, by the {@code model_type} of their configurations. */
public final class Families {
    private static final Map<String, Function<ModelConfig, DecoderSpec>> BY_MODEL_TYPE = new TreeMap<>(Map.ofEntries(
            Map.entry("gemma2", Gemma2::describe),
            Map.entry("gemma3", Gemma3::describe),
            Map.entry("gemma3_text", Gemma3::describe),
            Map.entry("gpt2", Gpt2::describe),
            Map.entry("gpt_neox", GptNeoX::describe),
            Map.entry("granite", Granite::describe),
            Map.entry("llama", Llama::describe),
            Map.entry("mistral", Mistral::describe),
            Map.entry("olmo2", Olmo2::describe),
            Map.entry("phi3", Phi3::describe),
            Map.entry("qwen2", Qwen2::describe),
            Map.entry("qwen3", Qwen3::describe),
            Map.entry("smollm3", SmolLm3::describe)));

    private static final Map<String, Function<ModelConfig, EncoderSpec>> ENCODERS = new TreeMap<>(Map.of(
            "bert", Bert::describe,
            "distilbert", DistilBert::describe,
            "modernbert", ModernBert::describe,
            "roberta", Bert::describeRoberta,
            "xlm-roberta", Bert::describeRoberta));

    private Families() {}

    /** The model types of decoders, which {@link #describe} knows, sorted. */
    public static Set<String> modelTypes() {
        return new TreeSet<>(BY_MODEL_TYPE.keySet());
    }

    /**
     * Describes the model, decoder or encoder, that a configuration is for.
     *
     * @throws InvalidModelException when the family is unknown or a key of its own cannot be used
     */
    public static ModelSpec of(ModelConfig config) {
        if (ENCODERS.containsKey(config.modelType())) {
            return describeEncoder(config);
        }
        if (!BY_MODEL_TYPE.containsKey(config.modelType())) {
            throw config.keys()
                    .unusable(
                            "model_type",
                            "one of %s, or of the encoders %s"
                                    .formatted(String.join(", ", modelTypes()), String.join(", ", ENCODERS.keySet())));
        }
        return describe(config);
    }

    /**
     * Describes the encoder that a configuration is for.
     *
     * @throws InvalidModelException when the family is unknown or a key of its own cannot be used
     */
    public static EncoderSpec describeEncoder(ModelConfig config) {
        Function<ModelConfig, EncoderSpec> family = ENCODERS.get(config.modelType());
        if (family == null) {
            throw config.keys().unusable("model_type", "one of " + String.join(", ", ENCODERS.keySet()));
        }
        return family.apply(config);
    }

    /**
     * Describes the decoder that a configuration is for.
     *
     * @throws InvalidModelException when the family is unknown or a key of its own cannot be used
     */
    public static DecoderSpec describe(ModelConfig config) {
        Function<ModelConfig, DecoderSpec> family = BY_MODEL_TYPE.get(config.modelType());
        if (family == null) {
            throw config.keys().unusable("model_type", "one of " + String.join(", ", modelTypes()));
        }
        return family.apply(config);
    }
}
