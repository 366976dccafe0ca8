package dev.windlass.model;

import java.util.Set;

/** Which files of a published model are needed to serve it. */
public final class ModelFiles {
    /** How sentence-transformers says that tokens' vectors become a text's: the one file that lies in a folder. */
    public static final String POOLING = "1_Pooling/config.json";

    private static final Set<String> SUPPORTING = Set.of(
            "config.json",
            "generation_config.json",
            "tokenizer.json",
            "tokenizer_config.json",
            "special_tokens_map.json",
            "added_tokens.json",
            "vocab.json",
            "merges.txt",
            "chat_template.jinja",
            "chat_template.json",
            "modules.json",
            "sentence_bert_config.json",
            POOLING);

    private ModelFiles() {}

    /** Configuration, tokenizer, chat template and what sentence-transformers adds. */
    public static boolean isSupporting(String name) {
        return SUPPORTING.contains(name);
    }

    /** Safetensors files and their index. */
    public static boolean isWeights(String name) {
        return name.endsWith(".safetensors") || name.equals("model.safetensors.index.json");
    }

    /** The names of supporting files, for sources that cannot be listed. */
    public static Set<String> supporting() {
        return SUPPORTING;
    }
}
