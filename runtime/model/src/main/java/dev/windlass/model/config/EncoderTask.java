package dev.windlass.model.config;

import dev.windlass.model.ModelFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What an encoder is for, as its files say: the architecture, the labels, and what sentence-transformers keeps beside them. */
public sealed interface EncoderTask {
    /** The end of architectures that have a head over the whole text. */
    String CLASSIFIER = "ForSequenceClassification";

    /**
     * It gives vectors.
     *
     * @param normalized whether they have length 1
     * @param maximumTokens the longest text that it was made for, where that is less than its positions; 0 for those
     */
    record Embed(Pooling pooling, boolean normalized, int maximumTokens) implements EncoderTask {}

    /**
     * It scores how well a document answers a query.
     *
     * @param bounded whether a score becomes a number from 0 to 1, by a sigmoid
     */
    record Rerank(boolean bounded) implements EncoderTask {}

    /**
     * It finds out which labels a text has.
     *
     * @param labels by the number of their logit
     * @param several whether labels hold independently of one another, rather than one of them
     */
    record Classify(List<String> labels, boolean several) implements EncoderTask {
        public Classify {
            labels = List.copyOf(labels);
        }
    }

    /**
     * Tells from a model's folder.
     *
     * @throws dev.windlass.model.InvalidModelException when it is for something that is not served
     */
    static EncoderTask read(Path folder, ModelConfig config) throws IOException {
        String architecture = config.architecture();
        if (architecture.endsWith(CLASSIFIER)) {
            List<String> labels = config.labels();
            return labels.size() == 1 ? new Rerank(bounded(config.keys())) : classify(config.keys(), labels);
        }
        boolean embeds = architecture.isEmpty() || architecture.matches(".*(Model|ForMaskedLM|ForPreTraining)");
        if (!embeds) {
            throw config.keys()
                    .unusable(
                            "architectures",
                            "a model that ends with Model, ForMaskedLM, ForPreTraining or " + CLASSIFIER);
        }
        return embed(folder);
    }

    private static EncoderTask classify(ConfigNode keys, List<String> labels) {
        String type = keys.has("problem_type") ? keys.text("problem_type") : "single_label_classification";
        return switch (type) {
            case "single_label_classification" -> new Classify(labels, false);
            case "multi_label_classification" -> new Classify(labels, true);
            default -> throw keys.unusable("problem_type", "single_label_classification or multi_label_classification");
        };
    }

    /** Rerankers made with sentence-transformers say which function their scores go through; the others take a sigmoid. */
    private static boolean bounded(ConfigNode keys) {
        String old = "sbert_ce_default_activation_function";
        ConfigNode holder = keys.object("sentence_transformers").orElse(keys);
        String key = holder == keys ? old : "activation_fn";
        if (!holder.has(key)) {
            return true;
        }
        return switch (holder.text(key)) {
            case "torch.nn.modules.linear.Identity" -> false;
            case "torch.nn.modules.activation.Sigmoid" -> true;
            default -> throw holder.unusable(key, "torch's Identity or Sigmoid");
        };
    }

    /** Without word from sentence-transformers as it does: the mean of all tokens; and of length 1, as clients expect. */
    private static Embed embed(Path folder) throws IOException {
        Path limits = folder.resolve("sentence_bert_config.json");
        int most = Files.exists(limits)
                ? ConfigNode.read(limits).integer("max_seq_length", 1, ModelConfig.MOST_POSITIONS, 0)
                : 0;
        Path modules = folder.resolve("modules.json");
        if (!Files.exists(modules)) {
            return new Embed(Pooling.MEAN, true, most);
        }
        List<String> types = new ArrayList<>();
        for (ConfigNode module : ConfigNode.readList(modules)) {
            String type = module.text("type");
            String name = type.substring(type.lastIndexOf('.') + 1);
            if (!List.of("Transformer", "Pooling", "Normalize").contains(name)) {
                throw module.unusable("type", "a Transformer, Pooling or Normalize of sentence-transformers");
            }
            types.add(name);
        }
        return new Embed(pooling(folder), types.contains("Normalize"), most);
    }

    private static Pooling pooling(Path folder) throws IOException {
        Path file = folder.resolve(ModelFiles.POOLING);
        if (!Files.exists(file)) {
            return Pooling.MEAN;
        }
        ConfigNode modes = ConfigNode.read(file);
        String prefix = "pooling_mode_";
        List<String> set = modes.keys().stream()
                .filter(key -> key.startsWith(prefix) && modes.flag(key, false))
                .map(key -> key.substring(prefix.length()))
                .toList();
        if (set.isEmpty() && modes.has("pooling_mode")) {
            set = List.of(modes.text("pooling_mode"));
        }
        return switch (String.join(", ", set)) {
            case "mean_tokens", "mean" -> Pooling.MEAN;
            case "cls_token", "cls" -> Pooling.FIRST;
            case "lasttoken" -> Pooling.LAST;
            default ->
                throw modes.unusable(
                        "pooling_mode_mean_tokens", "true, or pooling_mode_cls_token or pooling_mode_lasttoken alone");
        };
    }
}
