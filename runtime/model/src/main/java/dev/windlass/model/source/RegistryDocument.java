package dev.windlass.model.source;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.windlass.model.digest.Sha256;
import dev.windlass.model.source.SourceException.Reason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a registry says is behind a tag, by OCI's image specification or Docker's of the same shape. */
sealed interface RegistryDocument {
    int MOST_BYTES = 4 << 20;
    int MOST_PARTS = 1000;

    /** What a registry is asked for, of which it chooses. */
    String MEDIA_TYPES = String.join(
            ", ",
            "application/vnd.oci.image.manifest.v1+json",
            "application/vnd.oci.image.index.v1+json",
            "application/vnd.docker.distribution.manifest.v2+json",
            "application/vnd.docker.distribution.manifest.list.v2+json");

    /** Content that is made of layers. */
    record Manifest(List<Layer> layers) implements RegistryDocument {
        public Manifest {
            layers = List.copyOf(layers);
        }
    }

    /** The same for several platforms. */
    record Index(List<Choice> choices) implements RegistryDocument {
        public Index {
            choices = List.copyOf(choices);
        }
    }

    /** A blob. */
    record Layer(String mediaType, Sha256 digest, long bytes, Map<String, String> annotations) {
        public Layer {
            annotations = Map.copyOf(annotations);
        }
    }

    /** @param platform such as {@code linux/amd64}; empty where it is for all */
    record Choice(Sha256 digest, String platform) {}

    /** @throws SourceException when it is none */
    static RegistryDocument parse(Object source, byte[] json) {
        return new Reader(source).read(json);
    }

    /** Reads what nobody vouches for. */
    record Reader(Object source) {
        private static final JsonMapper JSON = new JsonMapper();
        private static final int MOST_ANNOTATIONS = 100;

        private RegistryDocument read(byte[] json) {
            var root = tree(json);
            if (root.path("manifests").isArray()) {
                return new Index(
                        list(root, "manifests").stream().map(this::choice).toList());
            }
            if (root.path("layers").isArray()) {
                return new Manifest(
                        list(root, "layers").stream().map(this::layer).toList());
            }
            throw damaged(
                    root.path("schemaVersion").asInt() == 1
                            ? "is of Docker's first form, which is no longer read"
                            : "expected a list of layers or of manifests, found neither");
        }

        private JsonNode tree(byte[] json) {
            try {
                var root = JSON.readTree(json);
                return root == null ? JSON.createObjectNode() : root;
            } catch (JsonProcessingException e) {
                throw damaged("is not JSON: " + e.getOriginalMessage());
            } catch (IOException e) {
                throw damaged("cannot be read: " + e.getMessage());
            }
        }

        private List<JsonNode> list(JsonNode root, String field) {
            var array = root.path(field);
            if (array.size() > MOST_PARTS) {
                throw damaged("%s: expected at most %d, found %d".formatted(field, MOST_PARTS, array.size()));
            }
            var list = new ArrayList<JsonNode>();
            array.forEach(list::add);
            return list;
        }

        private Choice choice(JsonNode node) {
            var platform = node.path("platform");
            var words = platform.isObject()
                    ? platform.path("os").asText("") + "/"
                            + platform.path("architecture").asText("")
                    : "";
            return new Choice(digest(node), words);
        }

        private Layer layer(JsonNode node) {
            long bytes =
                    node.path("size").isIntegralNumber() ? node.path("size").asLong(-1) : -1;
            if (bytes < 0) {
                throw damaged("layers: expected a size, found " + node.path("size"));
            }
            var annotations = new TreeMap<String, String>();
            for (var entry : node.path("annotations").properties()) {
                if (entry.getValue().isTextual() && annotations.size() < MOST_ANNOTATIONS) {
                    annotations.put(entry.getKey(), entry.getValue().textValue());
                }
            }
            return new Layer(node.path("mediaType").asText(""), digest(node), bytes, annotations);
        }

        private Sha256 digest(JsonNode node) {
            var text = node.path("digest").asText("");
            var hex = text.startsWith("sha256:") ? text.substring("sha256:".length()) : "";
            if (!Sha256.isOne(hex)) {
                throw damaged("expected a digest such as sha256:…, found \"%s\"".formatted(shortened(text)));
            }
            return new Sha256(hex);
        }

        private static String shortened(String text) {
            return text.length() <= 100 ? text : text.substring(0, 100) + "…";
        }

        private SourceException damaged(String what) {
            return new SourceException(Reason.DAMAGED, source, "its manifest " + what);
        }
    }
}
