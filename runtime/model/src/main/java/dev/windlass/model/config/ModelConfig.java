package dev.windlass.model.config;

import dev.windlass.model.InvalidModelException;
import dev.windlass.onnx.graph.ElementType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What all models say of themselves in config.json, within bounds that keep a malformed file from asking for
 * absurd amounts of memory. Keys of one family only are read from {@link #keys()} by that family.
 *
 * @param modelType names the family, such as {@code llama}
 * @param headSize the elements of one attention head
 * @param maximumPositions the longest context the model was made for
 * @param type what the checkpoint's weights were saved as
 * @param endTokens the tokens that end a text, from generation_config.json or else from config.json
 * @param keys all keys of the decoder: config.json, or its {@code text_config} in a model that also sees or hears
 */
public record ModelConfig(
        String modelType,
        int vocabularySize,
        int hiddenSize,
        int layers,
        int heads,
        int keyValueHeads,
        int headSize,
        int intermediateSize,
        int maximumPositions,
        double normEpsilon,
        Activation activation,
        ElementType type,
        Set<Integer> endTokens,
        ConfigNode keys) {
    static final int MOST_POSITIONS = 1 << 24;
    private static final int MOST_TOKENS = 1 << 22;
    private static final int WIDEST = 1 << 20;
    private static final int MOST_LABELS = 1 << 16;

    /** What the published Gemma 3 files leave out, since transformers has it as defaults. */
    private static final ConfigNode GEMMA3_DEFAULTS = ConfigNode.parse("defaults", """
            {"vocab_size": 262208, "num_attention_heads": 8, "num_key_value_heads": 4, "head_dim": 256,
             "max_position_embeddings": 131072, "rms_norm_eps": 1e-6, "hidden_activation": "gelu_pytorch_tanh"}""");

    /** What the files of encoders may leave out, as transformers has it. */
    private static final ConfigNode BERT_DEFAULTS = ConfigNode.parse("defaults", """
            {"max_position_embeddings": 512, "layer_norm_eps": 1e-12, "hidden_act": "gelu", "type_vocab_size": 2}""");

    private static final ConfigNode DISTILBERT_DEFAULTS = ConfigNode.parse("defaults", """
            {"max_position_embeddings": 512, "layer_norm_eps": 1e-12, "activation": "gelu"}""");

    private static final ConfigNode MODERNBERT_DEFAULTS = ConfigNode.parse("defaults", """
            {"max_position_embeddings": 8192, "norm_eps": 1e-5, "hidden_activation": "gelu", "local_attention": 128}""");

    private static final ConfigNode NO_DEFAULTS = ConfigNode.parse("defaults", "{}");

    public ModelConfig {
        Objects.requireNonNull(modelType, "modelType");
        Objects.requireNonNull(activation, "activation");
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(keys, "keys");
        endTokens = Set.copyOf(endTokens);
    }

    /** Reads config.json and, where there is one, generation_config.json of a model's folder. */
    public static ModelConfig read(Path folder) throws IOException {
        Path file = folder.resolve("config.json");
        if (!Files.exists(file)) {
            throw new InvalidModelException(file, "expected a model's configuration, found no such file");
        }
        ConfigNode config = ConfigNode.read(file);
        Path generation = folder.resolve("generation_config.json");
        return Files.exists(generation) ? of(config, ConfigNode.read(generation)) : of(config, config);
    }

    /**
     * Checks a parsed configuration.
     *
     * @param generation where the end tokens are looked for first; the configuration itself when there is nothing else
     */
    public static ModelConfig of(ConfigNode config, ConfigNode generation) {
        if (config.has("quantization_config")) {
            throw config.unusable("quantization_config", "nothing: only unquantised checkpoints can be read");
        }
        ConfigNode text = config.object("text_config").orElse(config);
        String modelType = text.text("model_type");
        text = text.withDefaults(defaults(modelType));
        int hiddenSize = text.integer(text.either("hidden_size", "n_embd", "dim"), 8, WIDEST);
        int heads = text.integer(text.either("num_attention_heads", "n_head", "n_heads"), 1, 4096);
        int keyValueHeads = text.integer("num_key_value_heads", 1, heads, heads);
        if (heads % keyValueHeads != 0) {
            throw text.unusable("num_key_value_heads", "a divisor of the %d attention heads".formatted(heads));
        }
        if (!text.has("head_dim") && hiddenSize % heads != 0) {
            throw text.unusable(
                    "head_dim",
                    "a head size, since %d attention heads do not divide the hidden size %d"
                            .formatted(heads, hiddenSize));
        }
        return new ModelConfig(
                modelType,
                text.integer("vocab_size", 1, MOST_TOKENS),
                hiddenSize,
                text.integer(text.either("num_hidden_layers", "n_layer", "n_layers"), 1, 1024),
                heads,
                keyValueHeads,
                text.integer("head_dim", 1, 4096, hiddenSize / heads),
                intermediateSize(text, modelType, hiddenSize),
                text.integer(text.either("max_position_embeddings", "n_positions"), 1, MOST_POSITIONS),
                text.number(text.either("norm_eps", "rms_norm_eps", "layer_norm_eps", "layer_norm_epsilon"), 1e-12, 1),
                // Gemma's files have both keys, and the first one wins.
                Activation.read(
                        text, text.either("hidden_activation", "hidden_act", "activation_function", "activation")),
                type(config, text),
                endTokens(generation, config, text),
                text);
    }

    private static ConfigNode defaults(String modelType) {
        return switch (modelType) {
            case "gemma3", "gemma3_text" -> GEMMA3_DEFAULTS;
            case "bert", "roberta", "xlm-roberta" -> BERT_DEFAULTS;
            case "distilbert" -> DISTILBERT_DEFAULTS;
            case "modernbert" -> MODERNBERT_DEFAULTS;
            default -> NO_DEFAULTS;
        };
    }

    /** The class of transformers that the checkpoint is of, or an empty text where the file names none. */
    public String architecture() {
        List<String> names = keys.has("architectures") ? keys.texts("architectures") : List.of();
        return names.isEmpty() ? "" : names.getFirst();
    }

    /** The names of a classifier's labels, in the order of its logits. */
    public List<String> labels() {
        Optional<ConfigNode> names = keys.object("id2label");
        int count = names.isPresent() ? names.get().keys().size() : keys.integer("num_labels", 1, MOST_LABELS, 2);
        if (count < 1 || count > MOST_LABELS) {
            throw keys.unusable("id2label", "1 to %d labels".formatted(MOST_LABELS));
        }
        List<String> labels = new ArrayList<>();
        for (int label = 0; label < count; label++) {
            labels.add(names.isPresent() ? names.get().text(Integer.toString(label)) : "LABEL_" + label);
        }
        return List.copyOf(labels);
    }

    /** Rotary parameters that hold for all layers, with the family's defaults for what the file leaves out. */
    public Rotary rotary(double theta, double share) {
        return new RotaryReader(keys, headSize, maximumPositions).read(theta, share);
    }

    /**
     * Rotary parameters of one type of layer.
     *
     * @param layerType such as {@code sliding_attention}, as the new form names its objects
     * @param oldThetaKey the key that holds the base in the old form
     * @param oldScaling whether the old form's {@code rope_scaling} is for this type of layer
     */
    public Rotary rotary(String layerType, String oldThetaKey, boolean oldScaling, double theta) {
        return new RotaryReader(keys, headSize, maximumPositions).read(layerType, oldThetaKey, oldScaling, theta);
    }

    /** The longest context that the rotary positions were stretched to. YaRN's files may keep the original length. */
    public int contextLength(Rotary rotary) {
        return switch (rotary.scaling()) {
            case Rotary.Scaling.Yarn yarn ->
                (int) Math.max(maximumPositions, Math.min(MOST_POSITIONS, yarn.factor() * yarn.original()));
            case Rotary.Scaling.None _,
                    Rotary.Scaling.Linear _,
                    Rotary.Scaling.Dynamic _,
                    Rotary.Scaling.Llama3 _,
                    Rotary.Scaling.LongRope _ -> maximumPositions;
        };
    }

    /** For each layer whether it attends to a window only, where the file lists {@code layer_types}. */
    public Optional<List<Boolean>> slidingLayers() {
        if (!keys.has("layer_types")) {
            return Optional.empty();
        }
        List<String> types = keys.texts("layer_types");
        if (types.size() != layers
                || !Set.of("sliding_attention", "full_attention").containsAll(types)) {
            throw keys.unusable(
                    "layer_types", "sliding_attention or full_attention for each of %d layers".formatted(layers));
        }
        return Optional.of(types.stream().map("sliding_attention"::equals).toList());
    }

    /** The positions a layer with a window attends to, itself included; 0 when there is no window. */
    public int window() {
        return keys.integer("sliding_window", 1, MOST_POSITIONS, 0);
    }

    /** Whether the output projection is the embedding. */
    public boolean tied(boolean otherwise) {
        return keys.flag("tie_word_embeddings", otherwise);
    }

    private static int intermediateSize(ConfigNode text, String modelType, int hiddenSize) {
        return modelType.equals("gpt2")
                ? text.integer("n_inner", 1, WIDEST, 4 * hiddenSize)
                : text.integer(text.either("intermediate_size", "hidden_dim"), 1, WIDEST);
    }

    private static ElementType type(ConfigNode config, ConfigNode text) {
        ConfigNode holder = text.has(text.either("dtype", "torch_dtype")) ? text : config;
        String key = holder.either("dtype", "torch_dtype");
        if (!holder.has(key)) {
            return ElementType.FLOAT;
        }
        return switch (holder.text(key)) {
            case "float32" -> ElementType.FLOAT;
            case "float16" -> ElementType.FLOAT16;
            case "bfloat16" -> ElementType.BFLOAT16;
            default -> throw holder.unusable(key, "float32, float16 or bfloat16");
        };
    }

    private static Set<Integer> endTokens(ConfigNode... holders) {
        for (ConfigNode holder : holders) {
            if (holder.has("eos_token_id")) {
                return Set.copyOf(holder.integers("eos_token_id", 0, MOST_TOKENS));
            }
        }
        return Set.of();
    }
}
