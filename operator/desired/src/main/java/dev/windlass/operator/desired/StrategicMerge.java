package dev.windlass.operator.desired;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/**
 * Kubernetes' strategic merge patch, as far as a pod's template needs it: objects are merged, null takes a field away,
 * lists whose elements have a key are merged by it, other lists are replaced; {@code $patch: delete} and
 * {@code $patch: replace}. The other directives are refused, not ignored.
 *
 * <p>Source of the keys: {@code patchMergeKey} in Kubernetes' OpenAPI description of PodTemplateSpec.
 */
final class StrategicMerge {
    private static final String DIRECTIVE = "$patch";

    private static final Map<String, String> KEYS = Map.ofEntries(
            Map.entry("containers", "name"),
            Map.entry("initContainers", "name"),
            Map.entry("ephemeralContainers", "name"),
            Map.entry("env", "name"),
            Map.entry("ports", "containerPort"),
            Map.entry("volumes", "name"),
            Map.entry("volumeMounts", "mountPath"),
            Map.entry("volumeDevices", "devicePath"),
            Map.entry("imagePullSecrets", "name"),
            Map.entry("hostAliases", "ip"),
            Map.entry("topologySpreadConstraints", "topologyKey"),
            Map.entry("resourceClaims", "name"),
            Map.entry("schedulingGates", "name"));

    private StrategicMerge() {}

    /** @throws IllegalArgumentException where the patch cannot be applied */
    static JsonNode apply(JsonNode target, ObjectNode patch) {
        return object(target, patch, "");
    }

    private static JsonNode object(JsonNode target, ObjectNode patch, String path) {
        String directive = patch.path(DIRECTIVE).asText("merge");
        ObjectNode result = target instanceof ObjectNode object && !directive.equals("replace")
                ? object.deepCopy()
                : JsonNodeFactory.instance.objectNode();
        if (!directive.equals("merge") && !directive.equals("replace")) {
            throw new IllegalArgumentException(
                    "expected $patch merge or replace at %s, got \"%s\"".formatted(named(path), directive));
        }
        patch.properties().forEach(change -> {
            String field = change.getKey();
            JsonNode value = change.getValue();
            if (field.equals(DIRECTIVE)) {
                return;
            }
            if (field.startsWith("$")) {
                throw new IllegalArgumentException(
                        "expected no directive but $patch at %s, got \"%s\"".formatted(named(path), field));
            }
            String below = path.isEmpty() ? field : path + "." + field;
            if (value.isNull() || isDeletion(value)) {
                result.remove(field);
            } else {
                result.set(field, merged(result.path(field), field, value, below));
            }
        });
        return result;
    }

    private static JsonNode merged(JsonNode target, String field, JsonNode value, String path) {
        return switch (value) {
            case ObjectNode object -> object(target, object, path);
            case ArrayNode list -> list(target, list, KEYS.getOrDefault(field, ""), path);
            default -> value;
        };
    }

    private static JsonNode list(JsonNode target, ArrayNode patch, String key, String path) {
        boolean replaces = false;
        for (JsonNode element : patch) {
            replaces |= element.path(DIRECTIVE).asText().equals("replace") && element.size() == 1;
        }
        ArrayNode result = target instanceof ArrayNode array && !replaces && !key.isEmpty()
                ? array.deepCopy()
                : JsonNodeFactory.instance.arrayNode();
        for (JsonNode element : patch) {
            if (element.path(DIRECTIVE).asText().equals("replace") && element.size() == 1) {
                continue;
            }
            if (key.isEmpty()) {
                result.add(element);
            } else {
                element(result, element, key, path);
            }
        }
        return result;
    }

    private static void element(ArrayNode result, JsonNode element, String key, String path) {
        if (!(element instanceof ObjectNode patch) || !patch.hasNonNull(key)) {
            throw new IllegalArgumentException(
                    "expected every element of %s to be an object with \"%s\"".formatted(named(path), key));
        }
        int found = index(result, key, patch.path(key));
        if (isDeletion(patch)) {
            if (found >= 0) {
                result.remove(found);
            }
            return;
        }
        if (found >= 0) {
            result.set(found, object(result.get(found), patch, path));
        } else {
            result.add(object(JsonNodeFactory.instance.objectNode(), patch, path));
        }
    }

    private static int index(ArrayNode list, String key, JsonNode value) {
        for (int i = 0; i < list.size(); i++) {
            if (list.get(i).path(key).asText().equals(value.asText())) {
                return i;
            }
        }
        return -1;
    }

    private static boolean isDeletion(JsonNode value) {
        return value.path(DIRECTIVE).asText().equals("delete");
    }

    private static String named(String path) {
        return path.isEmpty() ? "the top" : path;
    }
}
