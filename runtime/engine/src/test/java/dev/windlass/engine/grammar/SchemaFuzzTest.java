package dev.windlass.engine.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random schemas, judged by an independent validator. */
class SchemaFuzzTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final SchemaRegistry REGISTRY =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

    private final ListedTokenizer tokenizer = ListedTokenizer.ofMerges();
    private final GrammarCompiler compiler = new GrammarCompiler(tokenizer);

    @Test
    void whateverIsDrawnIsValid() {
        int compiled = 0;
        for (int seed = 0; seed < 80; seed++) {
            var random = new Random(seed);
            JsonNode schema = new RandomSchemas(random).root();
            Grammar grammar;
            try {
                grammar = compiler.jsonSchema(schema);
            } catch (GrammarException unsatisfiable) {
                assertThat(unsatisfiable.getMessage()).contains("cannot be satisfied");
                continue;
            }
            compiled++;
            Schema judge = REGISTRY.getSchema(schema.toString());
            for (int i = 0; i < 3; i++) {
                String drawn = Walks.draw(grammar, tokenizer, random, 40);
                assertThat(errors(judge, drawn)).as("%s for %s", drawn, schema).isEmpty();
            }
            MaskOracle.check(grammar, tokenizer, random, 12);
        }
        assertThat(compiled).isGreaterThan(40);
    }

    @Test
    void validValuesAreAllowedHoweverTheyAreLaidOut() throws Exception {
        int tried = 0;
        for (int seed = 0; seed < 150; seed++) {
            var random = new Random(seed);
            var schemas = new RandomSchemas(random);
            JsonNode schema = schemas.root();
            JsonNode value = schemas.value(schema, 0);
            if (value == null
                    || !errors(REGISTRY.getSchema(schema.toString()), value.toString())
                            .isEmpty()) {
                continue;
            }
            tried++;
            Grammar grammar = compiler.jsonSchema(schema);
            assertThat(Walks.allows(grammar, tokenizer, value.toString()))
                    .as("%s for %s", value, schema)
                    .isTrue();
            String wide = value.toString().isEmpty() ? "" : spaced(value, 0);
            assertThat(Walks.allows(grammar, tokenizer, wide))
                    .as("%s for %s", wide, schema)
                    .isTrue();
        }
        assertThat(tried).isGreaterThan(40);
    }

    @Test
    void brokenSchemasAreRefusedAndNothingElseHappens() {
        String[] keywords = {
            "type",
            "properties",
            "required",
            "items",
            "prefixItems",
            "minItems",
            "maxItems",
            "enum",
            "const",
            "anyOf",
            "oneOf",
            "allOf",
            "$ref",
            "$defs",
            "minLength",
            "maxLength",
            "pattern",
            "format",
            "minimum",
            "maximum",
            "exclusiveMinimum",
            "multipleOf",
            "additionalProperties",
            "nullable",
            "uniqueItems",
            "minProperties"
        };
        String[] values = {
            "null",
            "1",
            "-1",
            "1e400",
            "\"a\"",
            "\"object\"",
            "\"#\"",
            "\"#/properties/a\"",
            "\"[\"",
            "[]",
            "{}",
            "[1]",
            "[\"a\"]",
            "[{}]",
            "true",
            "false",
            "{\"a\":1}",
            "[[]]",
            "\"date\"",
            "1.5",
            "\"#/%zz\"",
            "{\"a\":{\"$ref\":\"#\"}}",
            "99999999999",
            "\"array\"",
            "\"string\"",
            "[{\"$ref\":\"#\"}]"
        };
        int compiled = 0;
        for (int seed = 0; seed < 1500; seed++) {
            var random = new Random(seed);
            var text = new StringBuilder("{");
            for (int i = 0, n = 1 + random.nextInt(4); i < n; i++) {
                text.append(i == 0 ? "" : ",")
                        .append('"')
                        .append(keywords[random.nextInt(keywords.length)])
                        .append("\":")
                        .append(values[random.nextInt(values.length)]);
            }
            try {
                compiler.jsonSchema(MAPPER.readTree(text + "}"));
                compiled++;
            } catch (GrammarException refused) {
                assertThat(refused.getMessage()).isNotBlank();
            } catch (Exception | StackOverflowError other) {
                throw new AssertionError(text.toString(), other);
            }
        }
        assertThat(compiled).isGreaterThan(50);
    }

    private static List<Error> errors(Schema judge, String json) {
        return judge.validate(
                json, InputFormat.JSON, context -> context.executionConfig(c -> c.formatAssertionsEnabled(true)));
    }

    /** A value with a line for each part. */
    private static String spaced(JsonNode value, int depth) {
        String inner = "\n" + "  ".repeat(depth + 1);
        var parts = new ArrayList<String>();
        if (value.isObject()) {
            value.properties().forEach(p -> parts.add("\"" + p.getKey() + "\": " + spaced(p.getValue(), depth + 1)));
        } else if (value.isArray()) {
            value.forEach(v -> parts.add(spaced(v, depth + 1)));
        } else {
            return value.toString();
        }
        String body = parts.isEmpty() ? "" : inner + String.join("," + inner, parts) + "\n" + "  ".repeat(depth);
        return value.isObject() ? "{" + body + "}" : "[" + body + "]";
    }

    /** Draws schemas that mean something, and values that are likely to match them. */
    private static final class RandomSchemas {
        private static final List<String> NAMES = List.of("a", "ab", "name", "b c", "ключ");
        private final Random random;

        RandomSchemas(Random random) {
            this.random = random;
        }

        JsonNode root() {
            ObjectNode schema = schema(0);
            schema.putObject("$defs").set("leaf", scalar());
            return schema;
        }

        private ObjectNode schema(int depth) {
            int kind = random.nextInt(depth > 2 ? 3 : 9);
            return switch (kind) {
                case 0, 1 -> scalar();
                case 2 -> MAPPER.createObjectNode().put("$ref", "#/$defs/leaf");
                case 3, 4, 5 -> object(depth);
                case 6 -> array(depth);
                case 7 -> {
                    ObjectNode any = MAPPER.createObjectNode();
                    ArrayNode branches = any.putArray("anyOf");
                    branches.add(schema(depth + 1)).add(schema(depth + 1));
                    yield any;
                }
                default -> {
                    ObjectNode values = MAPPER.createObjectNode();
                    values.putArray("enum")
                            .add("x\"y")
                            .add(3)
                            .addNull()
                            .addObject()
                            .put("k", 1);
                    yield values;
                }
            };
        }

        private ObjectNode scalar() {
            ObjectNode schema = MAPPER.createObjectNode();
            switch (random.nextInt(9)) {
                case 0 -> schema.put("type", "string");
                case 1 ->
                    schema.put("type", "string")
                            .put("minLength", random.nextInt(3))
                            .put("maxLength", 3 + random.nextInt(5));
                case 2 -> schema.put("type", "string").put("pattern", "^[a-z]{1,4}( [0-9]+)?$");
                case 3 ->
                    schema.put("type", "integer")
                            .put("minimum", random.nextInt(50) - 25)
                            .put("maximum", 25 + random.nextInt(500));
                case 4 ->
                    schema.put("type", "number")
                            .put("minimum", (random.nextInt(1000) - 500) / 100.0)
                            .put("exclusiveMaximum", 5 + random.nextInt(1000) / 100.0);
                case 5 -> schema.put("type", "boolean");
                case 6 -> schema.put("type", "integer").put("multipleOf", 1 + random.nextInt(12));
                case 7 ->
                    schema.put("type", "string")
                            .put(
                                    "format",
                                    List.of(
                                                    "date",
                                                    "date-time",
                                                    "uuid",
                                                    "ipv4",
                                                    "ipv6",
                                                    "uuid",
                                                    "hostname",
                                                    "uri",
                                                    "time",
                                                    "duration")
                                            .get(random.nextInt(10)));
                default -> schema.putArray("type").add("null").add("number");
            }
            return schema;
        }

        private ObjectNode object(int depth) {
            ObjectNode schema = MAPPER.createObjectNode().put("type", "object");
            ObjectNode properties = schema.putObject("properties");
            ArrayNode required = MAPPER.createArrayNode();
            for (String name : NAMES) {
                if (random.nextInt(3) == 0) {
                    properties.set(name, schema(depth + 1));
                    if (random.nextBoolean()) {
                        required.add(name);
                    }
                }
            }
            schema.set("required", required);
            switch (random.nextInt(4)) {
                case 0 -> schema.put("additionalProperties", false);
                case 1 -> schema.set("additionalProperties", schema(depth + 1));
                case 2 -> {
                    ArrayNode all = schema.putArray("allOf");
                    ObjectNode more = all.addObject();
                    more.putObject("properties").set("a", scalar());
                }
                default -> {}
            }
            return schema;
        }

        private ObjectNode array(int depth) {
            ObjectNode schema = MAPPER.createObjectNode().put("type", "array");
            if (random.nextInt(3) == 0) {
                schema.putArray("prefixItems").add(schema(depth + 1)).add(scalar());
            }
            schema.set("items", schema(depth + 1));
            if (random.nextBoolean()) {
                schema.put("minItems", random.nextInt(3)).put("maxItems", 3 + random.nextInt(3));
            }
            return schema;
        }

        /** A guess at a value; null where none is at hand. */
        @org.jspecify.annotations.Nullable
        JsonNode value(JsonNode schema, int depth) {
            if (schema.has("enum")) {
                return schema.get("enum").get(random.nextInt(schema.get("enum").size()));
            }
            if (schema.has("anyOf")) {
                return value(schema.get("anyOf").get(random.nextInt(2)), depth);
            }
            if (schema.path("type").asText().equals("object")) {
                ObjectNode object = MAPPER.createObjectNode();
                schema.get("properties").properties().forEach(p -> {
                    JsonNode value = value(p.getValue(), depth + 1);
                    if (value != null && random.nextInt(4) > 0) {
                        object.set(p.getKey(), value);
                    }
                });
                return object;
            }
            if (schema.path("type").asText().equals("array")) {
                ArrayNode array = MAPPER.createArrayNode();
                for (int i = 0; i < random.nextInt(4); i++) {
                    JsonNode value = value(
                            i < schema.path("prefixItems").size()
                                    ? schema.get("prefixItems").get(i)
                                    : schema.get("items"),
                            depth + 1);
                    if (value != null) {
                        array.add(value);
                    }
                }
                return array;
            }
            return switch (random.nextInt(5)) {
                case 0 -> MAPPER.getNodeFactory().numberNode(random.nextInt(60) - 20);
                case 1 ->
                    MAPPER.getNodeFactory()
                            .textNode(List.of("abc", "é\n", "ab 12", "😀x").get(random.nextInt(4)));
                case 2 -> MAPPER.getNodeFactory().booleanNode(random.nextBoolean());
                case 3 -> MAPPER.getNodeFactory().numberNode(random.nextInt(2000) / 100.0);
                default -> MAPPER.nullNode();
            };
        }
    }
}
