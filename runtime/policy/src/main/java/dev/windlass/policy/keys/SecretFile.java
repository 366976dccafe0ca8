package dev.windlass.policy.keys;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Secrets with keys as a YAML file has them, the one that {@code kubectl} takes; documents without their label are passed over. */
final class SecretFile {
    private static final String ANY_NAMESPACE = "default";
    private static final ObjectReader READER = YAMLMapper.builder(YAMLFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .build()
            .readerFor(JsonNode.class);
    private static final List<String> SUFFIXES = List.of(".yaml", ".yml", ".json");

    private SecretFile() {}

    /** What a file says, or all YAML files of a folder one after the other. */
    static List<String> texts(Path place) throws IOException {
        if (!Files.isDirectory(place)) {
            return List.of(Files.readString(place));
        }
        var texts = new ArrayList<String>();
        try (var files = Files.list(place)) {
            for (Path file : files.sorted().toList()) {
                if (SUFFIXES.stream().anyMatch(file.toString()::endsWith)) {
                    texts.add(Files.readString(file));
                }
            }
        }
        return texts;
    }

    /** @throws IllegalArgumentException with what is wrong and where */
    static List<KeySecret> parse(String text) {
        var secrets = new ArrayList<KeySecret>();
        try (var documents = READER.<@Nullable JsonNode>readValues(text)) {
            while (documents.hasNextValue()) {
                var document = documents.nextValue();
                if (document != null && hasKeys(document)) {
                    secrets.add(secret(document));
                }
            }
            return secrets;
        } catch (JacksonException e) {
            var where = e.getLocation();
            throw new IllegalArgumentException(
                    "line %d: expected YAML".formatted(where == null ? 0 : where.getLineNr()), e);
        } catch (IOException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static boolean hasKeys(JsonNode document) {
        return document.path("kind").asText().equals("Secret")
                && document.path("metadata").path("labels").has(KeySecret.LABEL);
    }

    private static KeySecret secret(JsonNode document) {
        var metadata = document.path("metadata");
        String name = metadata.path("name").asText();
        if (name.isEmpty()) {
            throw new IllegalArgumentException("Secret: metadata.name: expected a name, got none");
        }
        String namespace = metadata.path("namespace").asText(ANY_NAMESPACE);
        var fields = new HashMap<String, String>();
        document.path("data").properties().forEach(field -> fields.put(field.getKey(), decode(name, field)));
        document.path("stringData")
                .properties()
                .forEach(field -> fields.put(field.getKey(), field.getValue().asText()));
        var labels = new HashMap<String, String>();
        metadata.path("labels")
                .properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        return KeySecret.of(namespace, name, labels, fields);
    }

    private static String decode(String secret, Map.Entry<String, JsonNode> field) {
        try {
            return new String(Base64.getDecoder().decode(field.getValue().asText()), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "Secret %s: data.%s: expected Base64; plain text belongs under stringData"
                            .formatted(secret, field.getKey()),
                    e);
        }
    }
}
