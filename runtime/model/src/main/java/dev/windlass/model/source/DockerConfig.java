package dev.windlass.model.source;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.windlass.model.source.SourceException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;

/**
 * Who somebody is at registries, as {@code docker login} keeps it, and a Secret of type kubernetes.io/dockerconfigjson.
 * Credential helpers are programs of somebody else's, and are not run.
 */
final class DockerConfig {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int MOST_BYTES = 1 << 20;

    private final Path file;
    private final JsonNode root;

    private DockerConfig(Path file, JsonNode root) {
        this.file = file;
        this.root = root;
    }

    /** {@code $DOCKER_CONFIG/config.json}, or {@code .docker/config.json} in the home; nothing where there is no such file. */
    static DockerConfig read(Map<String, String> environment) throws IOException {
        var folder = environment.getOrDefault("DOCKER_CONFIG", "");
        var file = folder.isBlank()
                ? Path.of(environment.getOrDefault("HOME", ""), ".docker", "config.json")
                : Path.of(folder, "config.json");
        if (!Files.isRegularFile(file)) {
            return new DockerConfig(file, JSON.createObjectNode());
        }
        if (Files.size(file) > MOST_BYTES) {
            throw invalid(file, "expected at most %d bytes".formatted(MOST_BYTES));
        }
        try {
            var root = JSON.readTree(Files.readAllBytes(file));
            return new DockerConfig(file, root == null ? JSON.createObjectNode() : root);
        } catch (JsonProcessingException e) {
            throw invalid(file, "is not JSON"); // without the parser's words, which may repeat a secret
        }
    }

    /** The file, which may not exist. */
    Path file() {
        return file;
    }

    /**
     * The value of a header that says who asks, by Basic.
     *
     * @param host a registry's, with its port
     */
    Optional<String> basic(String host, String repository) {
        return entry(host, repository)
                .map(this::encoded)
                .filter(text -> !text.isEmpty())
                .map(text -> "Basic " + text);
    }

    /** The program that knows it, where the file only says that. */
    Optional<String> helper(String host) {
        var helper = root.path("credHelpers")
                .path(host)
                .asText(root.path("credsStore").asText(""));
        return helper.isEmpty() ? Optional.empty() : Optional.of(helper);
    }

    /** The entry that says most of where this is; Docker's own registry has an old name there. */
    private Optional<JsonNode> entry(String host, String repository) {
        var place = (host.equals("docker.io") ? "index.docker.io" : host) + "/" + repository + "/";
        return root.path("auths").properties().stream()
                .filter(one -> place.startsWith(address(one.getKey()) + "/"))
                .max(Comparator.comparingInt(one -> address(one.getKey()).length()))
                .map(Map.Entry::getValue);
    }

    private static String address(String key) {
        return key.replaceFirst("^https?://", "").replaceFirst("/+$", "").replaceFirst("/v[12]$", "");
    }

    private String encoded(JsonNode entry) {
        var auth = entry.path("auth").asText("");
        if (!auth.isEmpty()) {
            return checked(auth);
        }
        var user = entry.path("username").asText("");
        return user.isEmpty()
                ? ""
                : Base64.getEncoder()
                        .encodeToString(
                                (user + ":" + entry.path("password").asText("")).getBytes(StandardCharsets.UTF_8));
    }

    private String checked(String auth) {
        try {
            var decoded = Base64.getDecoder().decode(auth);
            if (new String(decoded, StandardCharsets.UTF_8).indexOf(':') > 0) {
                return auth;
            }
        } catch (IllegalArgumentException e) {
            throw invalid(file, "an auth in it is not Base64");
        }
        throw invalid(file, "an auth in it is no user and password with a colon between them");
    }

    private static SourceException invalid(Path file, String what) {
        return new SourceException(Reason.UNSUPPORTED, file, what);
    }
}
