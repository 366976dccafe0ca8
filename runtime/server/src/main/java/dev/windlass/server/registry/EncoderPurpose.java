package dev.windlass.server.registry;

import java.util.List;

/** What an encoder's numbers mean. */
public sealed interface EncoderPurpose {
    /** What it does and under which route. */
    String use();

    /** At which paths it is asked for. */
    List<String> paths();

    /**
     * They are a text's vector.
     *
     * @param width how many they are
     * @param normalized whether vectors are given length 1
     */
    record Embed(int width, boolean normalized) implements EncoderPurpose {
        @Override
        public String use() {
            return "embeds texts, under /v1/embeddings";
        }

        @Override
        public List<String> paths() {
            return List.of("/v1/embeddings");
        }
    }

    /**
     * It is one, which says how well a document answers a query.
     *
     * @param bounded whether it becomes a score from 0 to 1
     */
    record Rerank(boolean bounded) implements EncoderPurpose {
        @Override
        public String use() {
            return "ranks documents, under /v1/rerank";
        }

        @Override
        public List<String> paths() {
            return List.of("/v1/rerank", "/rerank");
        }
    }

    /**
     * Each belongs to a label.
     *
     * @param several whether labels hold independently of one another, rather than one of them
     */
    record Classify(List<String> labels, boolean several) implements EncoderPurpose {
        public Classify {
            labels = List.copyOf(labels);
        }

        @Override
        public String use() {
            return "classifies texts, under /v1/classify";
        }

        @Override
        public List<String> paths() {
            return List.of("/v1/classify", "/classify");
        }
    }
}
