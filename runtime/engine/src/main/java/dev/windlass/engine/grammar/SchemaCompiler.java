package dev.windlass.engine.grammar;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns a JSON Schema into rules: one for each set of schemas that must hold together, so that recursion through
 * {@code $ref} becomes recursion of rules and ends because there are finitely many such sets.
 *
 * <p>What a schema leaves open is narrowed, never widened: {@code oneOf} is {@code anyOf} (that no two branches match is
 * left to the schema's author), properties come in the order of the schema, an object whose properties are listed has no
 * others unless {@code additionalProperties} says so, bounded numbers have no exponent, and a schema whose type is not
 * given has the types that its keywords speak of.
 */
final class SchemaCompiler {
    private static final int MOST_RULES = 4000;
    private static final int MOST_BRANCHES = 512;

    private final JsonRules json;
    private final CompileBudget budget;
    private final SchemaDocument document;
    private final Map<String, Rule> rules = new HashMap<>();
    private final Deque<Runnable> pending = new ArrayDeque<>();

    private SchemaCompiler(JsonRules json, CompileBudget budget, SchemaDocument document) {
        this.json = json;
        this.budget = budget;
        this.document = document;
    }

    /** The rule of a whole schema; {@code name} is what messages call it. */
    static Rule compile(JsonNode schema, String name, JsonRules json, CompileBudget budget) {
        var compiler = new SchemaCompiler(json, budget, new SchemaDocument(schema, name));
        Rule root = compiler.rule(List.of(compiler.document.root()));
        while (!compiler.pending.isEmpty()) {
            compiler.pending.remove().run();
        }
        return root;
    }

    /** The rule of the values for which all of {@code schemas} hold; defined later. */
    Rule rule(List<SchemaPart> schemas) {
        SchemaDocument.Parts flat = document.flatten(schemas);
        if (flat.impossible()) {
            return impossible("false");
        }
        List<SchemaPart> parts = flat.parts();
        if (parts.isEmpty()) {
            return json.value;
        }
        String key =
                String.join(" & ", parts.stream().map(SchemaPart::key).sorted().toList());
        Rule known = rules.get(key);
        if (known != null) {
            return known;
        }
        if (rules.size() >= MOST_RULES) {
            throw new GrammarException("schema: expanding it takes more than %d rules".formatted(MOST_RULES));
        }
        String name = "the schema at " + parts.getFirst().pointer();
        List<List<SchemaPart>> branches = branches(parts);
        Rule rule;
        if (branches.size() == 1 && branches.getFirst() == parts) {
            rule = new Flat(parts).rule(name);
        } else {
            rule = new Rule(name);
            Rule union = rule;
            pending.add(() -> {
                var nfa = new Nfa(budget);
                int end = nfa.state();
                nfa.accept(end);
                for (List<SchemaPart> branch : branches) {
                    nfa.call(0, rule(branch), end);
                }
                nfa.define(union);
            });
        }
        rules.put(key, rule);
        return rule;
    }

    /** Multiplies out the first {@code anyOf} or {@code oneOf} that is still open; the same list if there is none. */
    private List<List<SchemaPart>> branches(List<SchemaPart> parts) {
        for (int i = 0; i < parts.size(); i++) {
            SchemaPart part = parts.get(i);
            if (part.chosen()) {
                continue;
            }
            List<SchemaPart> any = part.list("anyOf");
            List<SchemaPart> one = part.list("oneOf");
            if (any.isEmpty() && one.isEmpty()) {
                continue;
            }
            var others = new ArrayList<>(parts);
            others.remove(i);
            if (!part.onlyBranches()) {
                others.add(i, part.withBranchChosen());
            }
            var branches = new ArrayList<List<SchemaPart>>();
            for (SchemaPart a : any.isEmpty() ? one : any) {
                for (SchemaPart b : any.isEmpty() || one.isEmpty() ? List.of(a) : one) {
                    var branch = new ArrayList<>(others);
                    branch.add(a);
                    if (b != a) {
                        branch.add(b);
                    }
                    branches.add(branch);
                }
            }
            if (branches.size() > MOST_BRANCHES) {
                throw part.refuse("anyOf", "has more than %d branches".formatted(MOST_BRANCHES));
            }
            return branches;
        }
        return List.of(parts);
    }

    private Rule impossible(String why) {
        var rule = new Rule("the schema (" + why + ")");
        new Nfa(budget).define(rule);
        return rule;
    }

    /** Schemas without branches that must all hold. */
    private final class Flat {
        private final List<SchemaPart> parts;
        private final EnumSet<JsonType> types;
        private final @Nullable List<JsonNode> values;

        Flat(List<SchemaPart> parts) {
            this.parts = parts;
            this.types = typesOf(parts);
            this.values = valuesOf(parts);
        }

        Rule rule(String name) {
            if (values != null) {
                var rule = new Rule(name);
                pending.add(() -> writeValues(rule));
                return rule;
            }
            var scalarTypes = EnumSet.copyOf(types);
            if (types.contains(JsonType.NUMBER)) {
                scalarTypes.remove(JsonType.INTEGER);
            }
            if (scalarTypes.equals(EnumSet.complementOf(EnumSet.of(JsonType.INTEGER))) && saysNothing()) {
                return json.value;
            }
            if (scalarTypes.size() == 1) {
                return ofType(scalarTypes.iterator().next(), name);
            }
            var rule = new Rule(name);
            var alternatives = List.copyOf(scalarTypes);
            pending.add(() -> {
                var nfa = new Nfa(budget);
                int end = nfa.state();
                nfa.accept(end);
                for (JsonType type : alternatives) {
                    nfa.call(0, ofType(type, name), end);
                }
                nfa.define(rule);
            });
            return rule;
        }

        private boolean saysNothing() {
            return parts.stream().allMatch(part -> part.impliedTypes().isEmpty());
        }

        private Rule ofType(JsonType type, String name) {
            return switch (type) {
                case NULL -> literals(name, "null");
                case BOOLEAN -> literals(name, "true", "false");
                case OBJECT -> object(name);
                case ARRAY -> array(name);
                case STRING -> string(name);
                case NUMBER -> number(name, false);
                case INTEGER -> number(name, true);
            };
        }

        private Rule literals(String name, String... texts) {
            var nfa = new Nfa(budget);
            int end = nfa.state();
            nfa.accept(end);
            for (String text : texts) {
                nfa.literal(0, text, end);
            }
            return nfa.define(new Rule(name));
        }

        private Rule object(String name) {
            ObjectShape shape = ObjectShape.of(parts);
            if (shape.isFree()) {
                return json.object;
            }
            var rule = new Rule(name, true, false);
            pending.add(() -> {
                var nfa = new Nfa(budget);
                shape.write(nfa, SchemaCompiler.this, json);
                nfa.define(rule);
            });
            return rule;
        }

        private Rule array(String name) {
            ArrayShape shape = ArrayShape.of(parts);
            if (shape.isFree()) {
                return json.array;
            }
            var rule = new Rule(name, true, false);
            pending.add(() -> {
                var nfa = new Nfa(budget);
                shape.write(nfa, SchemaCompiler.this, json);
                nfa.define(rule);
            });
            return rule;
        }

        private Rule string(String name) {
            StringShape shape = StringShape.of(parts);
            if (shape.isFree()) {
                return json.string;
            }
            var nfa = new Nfa(budget);
            shape.write(nfa);
            return nfa.define(new Rule(name));
        }

        private Rule number(String name, boolean isInteger) {
            NumberShape shape = NumberShape.of(parts, isInteger);
            if (shape.isFree()) {
                return isInteger ? json.integer : json.number;
            }
            var nfa = new Nfa(budget);
            int end = nfa.state();
            nfa.accept(end);
            nfa.characters(shape.automaton(), 0, end, false);
            return nfa.define(new Rule(name));
        }

        private void writeValues(Rule rule) {
            var nfa = new Nfa(budget);
            int end = nfa.state();
            nfa.accept(end);
            for (JsonNode value : values == null ? List.<JsonNode>of() : values) {
                if (allows(value)) {
                    nfa.empty(new JsonLiteral(nfa, json).write(0, value), end);
                }
            }
            nfa.define(rule);
        }

        /** Whether a value that is listed is also what the other keywords ask for. */
        private boolean allows(JsonNode value) {
            JsonType type = JsonType.of(value);
            if (!types.contains(type)) {
                return false;
            }
            return switch (type) {
                case NULL, BOOLEAN -> true;
                case STRING -> StringShape.of(parts).matches(value.textValue());
                case NUMBER, INTEGER -> NumberShape.of(parts, false).matches(value.decimalValue());
                case OBJECT -> {
                    refuseBesideValues(ObjectShape.of(parts).isFree());
                    yield true;
                }
                case ARRAY -> {
                    refuseBesideValues(ArrayShape.of(parts).isFree());
                    yield true;
                }
            };
        }

        private void refuseBesideValues(boolean isFree) {
            if (!isFree) {
                throw parts.getFirst()
                        .refuse(
                                "enum or const",
                                "of objects or arrays beside keywords that describe them is not supported");
            }
        }
    }

    private static EnumSet<JsonType> typesOf(List<SchemaPart> parts) {
        var named = EnumSet.allOf(JsonType.class);
        var implied = EnumSet.noneOf(JsonType.class);
        boolean anyNamed = false;
        boolean anyValues = false;
        for (SchemaPart part : parts) {
            if (part.types().isPresent()) {
                named.retainAll(part.types().get());
                anyNamed = true;
            }
            implied.addAll(part.impliedTypes());
            anyValues |= part.node().has("enum") || part.node().has("const");
        }
        return anyNamed || anyValues || implied.isEmpty() ? named : implied;
    }

    /** The values that are allowed by name; null if any are. */
    private static @Nullable List<JsonNode> valuesOf(List<SchemaPart> parts) {
        List<JsonNode> values = null;
        for (SchemaPart part : parts) {
            JsonNode list = part.node().get("enum");
            if (list != null) {
                if (!list.isArray() || list.isEmpty()) {
                    throw part.refuse("enum", "must be a list of at least one value");
                }
                var listed = new ArrayList<JsonNode>();
                list.forEach(listed::add);
                values = common(values, listed);
            }
            if (part.node().has("const")) {
                values = common(values, List.of(part.node().get("const")));
            }
        }
        return values;
    }

    private static List<JsonNode> common(@Nullable List<JsonNode> known, List<JsonNode> values) {
        return known == null
                ? values
                : known.stream()
                        .filter(a -> values.stream().anyMatch(b -> JsonLiteral.same(a, b)))
                        .toList();
    }
}
