package dev.windlass.model;

import java.util.Set;

/** Which files of a published model are needed to serve it. */
public final class ModelFiles {
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
            "chat_template.json");

    private ModelFiles() {}

    /** Configuration, tokenizer and chat template. */
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
