package dev.windlass.model.graph;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A tiny checkpoint and what transformers computes with it, as hack/golden/golden.py wrote them. */
record GoldenCase(Path folder, int vocabulary, List<Prompt> prompts) {

    /** A prompt, its logits row by row, and the tokens that follow when the most likely one is always taken. */
    @SuppressWarnings("ArrayRecordComponent")
    record Prompt(int[] tokens, float[] logits, int[] greedy) {}

    static List<GoldenCase> all() {
        try {
            Path root = Path.of(Objects.requireNonNull(GoldenCase.class.getResource("/golden"), "golden")
                    .toURI());
            try (Stream<Path> folders = Files.list(root)) {
                return folders.filter(folder -> Files.exists(folder.resolve("golden.json")))
                        .sorted()
                        .map(GoldenCase::read)
                        .toList();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    static GoldenCase of(String name) {
        return all().stream()
                .filter(golden -> golden.toString().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static GoldenCase read(Path folder) {
        try {
            JsonNode json =
                    new ObjectMapper().readTree(folder.resolve("golden.json").toFile());
            int vocabulary = json.get("vocabulary").intValue();
            var logits = ByteBuffer.wrap(Files.readAllBytes(folder.resolve("logits.bin")))
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asFloatBuffer();
            List<Prompt> prompts = new ArrayList<>();
            for (JsonNode prompt : json.get("prompts")) {
                int[] tokens = integers(prompt.get("tokens"));
                float[] rows = new float[tokens.length * vocabulary];
                logits.get(prompt.get("logitsOffset").intValue(), rows);
                prompts.add(new Prompt(tokens, rows, integers(prompt.get("greedy"))));
            }
            return new GoldenCase(folder, vocabulary, prompts);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int[] integers(JsonNode list) {
        return IntStream.range(0, list.size()).map(i -> list.get(i).intValue()).toArray();
    }

    @Override
    public String toString() {
        return folder.getFileName().toString();
    }
}
