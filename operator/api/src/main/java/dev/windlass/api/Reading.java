package dev.windlass.api;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Quantity;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** JSON to records: strictly for what people write in files, and as far as it goes for what an API server holds. */
final class Reading {
    /** A resource with more faults than these is read as an empty one. */
    private static final int MOST_FAULTS = 64;

    private static final JsonMapper LENIENT =
            mapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();
    private static final JsonMapper STRICT = mapper().build();

    private Reading() {}

    /** Settings that refuse what an API server would. */
    static JsonMapper.Builder mapper() {
        return strict(JsonMapper.builder());
    }

    static <B extends com.fasterxml.jackson.databind.cfg.MapperBuilder<?, B>> B strict(B builder) {
        return builder.enable(
                        DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
                        DeserializationFeature.FAIL_ON_IGNORED_PROPERTIES,
                        DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .addMixIn(LlmDeploymentSpec.class, Directly.class)
                .addMixIn(LlmDeploymentStatus.class, Directly.class);
    }

    /** Reads a block from an object that holds it, without any default of its own. */
    static <T> T empty(Class<T> block) {
        return LENIENT.convertValue(LENIENT.createObjectNode(), block);
    }

    static ObjectNode tree(VersionedSpec spec) {
        return LENIENT.valueToTree(spec);
    }

    static VersionedSpec versioned(JsonNode written) {
        try {
            return LENIENT.treeToValue(written, VersionedSpec.class);
        } catch (JsonMappingException problem) {
            throw new InvalidResourceException(problem("", problem).toString());
        } catch (JsonProcessingException problem) {
            throw new InvalidResourceException(firstLine(problem.getOriginalMessage()));
        }
    }

    static VersionedSpec merged(VersionedSpec base, VariantSpec.Overlay overlay) {
        JsonNode merged = merge(LENIENT.valueToTree(base), LENIENT.<JsonNode>valueToTree(overlay));
        try {
            return STRICT.treeToValue(merged, VersionedSpec.class);
        } catch (JsonMappingException problem) {
            throw new InvalidResourceException(problem("", problem).toString());
        } catch (JsonProcessingException problem) {
            throw new InvalidResourceException(firstLine(problem.getOriginalMessage()));
        }
    }

    /** A JSON merge patch, RFC 7386. */
    private static JsonNode merge(JsonNode target, JsonNode patch) {
        if (!(patch instanceof ObjectNode changes)) {
            return patch;
        }
        ObjectNode result = target instanceof ObjectNode object ? object.deepCopy() : LENIENT.createObjectNode();
        changes.properties().forEach(change -> {
            if (change.getValue().isNull()) {
                result.remove(change.getKey());
            } else {
                result.set(change.getKey(), merge(result.path(change.getKey()), change.getValue()));
            }
        });
        return result;
    }

    static Problem problem(String prefix, JsonMappingException problem) {
        String path = path(prefix, problem);
        return switch (problem) {
            case UnrecognizedPropertyException unknown ->
                Problem.contradiction(
                        path,
                        "no such field; known here are "
                                + unknown.getKnownPropertyIds().stream()
                                        .map(String::valueOf)
                                        // A record's part that no document can write.
                                        .filter(name -> !name.equals("unread"))
                                        .sorted()
                                        .collect(Collectors.joining(", ")));
            case InvalidFormatException wrong
            when wrong.getTargetType().isEnum() ->
                new Problem(path, expected(wrong.getTargetType()), "\"" + wrong.getValue() + "\"");
            case InvalidFormatException wrong ->
                new Problem(path, wrong.getTargetType().getSimpleName(), "\"" + wrong.getValue() + "\"");
            case MismatchedInputException wrong ->
                Problem.contradiction(path, "expected " + expected(wrong.getTargetType()));
            default -> Problem.contradiction(path, firstLine(problem.getOriginalMessage()));
        };
    }

    private static String expected(@Nullable Class<?> type) {
        if (type == null || Block.class.isAssignableFrom(type) || Map.class.isAssignableFrom(type)) {
            return "an object";
        }
        if (type.isEnum()) {
            List<String> words = Arrays.stream(type.getEnumConstants())
                    .map(String::valueOf)
                    // To YAML it is false, unless it stands in quotes.
                    .map(word -> word.equals("Off") ? "\"Off\"" : word)
                    .toList();
            return "one of " + words;
        }
        if (type == String.class) {
            return "text";
        }
        if (type == GoDuration.class) {
            return GoDuration.EXPECTED;
        }
        if (type == Ratio.class) {
            return Ratio.EXPECTED;
        }
        if (type == Quantity.class) {
            return Sentences.QUANTITY_EXPECTED;
        }
        return Collection.class.isAssignableFrom(type) ? "a list" : "a value of type " + type.getSimpleName();
    }

    private static String path(String prefix, JsonMappingException problem) {
        String path = problem.getPath().stream()
                .map(step -> step.getFieldName() == null ? "[" + step.getIndex() + "]" : "." + step.getFieldName())
                .collect(Collectors.joining());
        return prefix.isEmpty() && path.startsWith(".") ? path.substring(1) : prefix + path;
    }

    static String firstLine(@Nullable String text) {
        return text == null ? "" : text.lines().findFirst().orElse("");
    }

    /** What could be read of a tree: with each fault, what holds it is taken away. */
    private static <T> T salvage(JsonNode tree, Class<T> type, T otherwise, List<Problem> problems, String prefix) {
        JsonNode rest = tree.deepCopy();
        while (problems.size() < MOST_FAULTS && rest.isObject()) {
            try {
                return LENIENT.treeToValue(rest, type);
            } catch (JsonMappingException problem) {
                problems.add(problem(prefix, problem));
                if (!remove(rest, problem.getPath())) {
                    return otherwise;
                }
            } catch (JsonProcessingException problem) {
                problems.add(Problem.contradiction(prefix, firstLine(problem.getOriginalMessage())));
                return otherwise;
            }
        }
        if (!rest.isObject()) {
            problems.add(new Problem(prefix, "an object", firstLine(rest.toString())));
        }
        return otherwise;
    }

    private static boolean remove(JsonNode tree, List<JsonMappingException.Reference> path) {
        JsonNode holder = tree;
        for (int depth = 0; depth < path.size(); depth++) {
            var step = path.get(depth);
            JsonNode child =
                    step.getFieldName() == null ? holder.path(step.getIndex()) : holder.path(step.getFieldName());
            if (depth == path.size() - 1 || !child.isContainerNode()) {
                return switch (holder) {
                    case ObjectNode object -> step.getFieldName() != null && object.remove(step.getFieldName()) != null;
                    case ArrayNode array
                    when step.getIndex() >= 0 && step.getIndex() < array.size() -> {
                        array.setNull(step.getIndex());
                        yield true;
                    }
                    default -> false;
                };
            }
            holder = child;
        }
        return false;
    }

    /** Takes the lenient reader away from a type, for the lenient reader itself and for files. */
    @JsonDeserialize(using = JsonDeserializer.None.class)
    private interface Directly {}

    /** Reads any spec at all. */
    static final class OfSpec extends JsonDeserializer<LlmDeploymentSpec> {
        @Override
        public LlmDeploymentSpec deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            var problems = new ArrayList<Problem>();
            LlmDeploymentSpec spec = salvage(
                    context.readTree(parser), LlmDeploymentSpec.class, LlmDeploymentSpec.ABSENT, problems, "spec");
            return problems.isEmpty() ? spec : spec.with(problems);
        }
    }

    /** Reads any status at all; what cannot be read of it will be written anew. */
    static final class OfStatus extends JsonDeserializer<LlmDeploymentStatus> {
        @Override
        public LlmDeploymentStatus deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            return salvage(
                    context.readTree(parser),
                    LlmDeploymentStatus.class,
                    LlmDeploymentStatus.ABSENT,
                    new ArrayList<>(),
                    "status");
        }
    }
}
