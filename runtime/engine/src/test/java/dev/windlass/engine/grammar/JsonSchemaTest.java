package dev.windlass.engine.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class JsonSchemaTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final ListedTokenizer TOKENIZER = ListedTokenizer.ofMerges();
    private static final GrammarCompiler COMPILER = new GrammarCompiler(TOKENIZER);

    /** A schema (with ' for "), values it allows and values it does not. */
    record Case(String schema, List<String> good, List<String> bad) {
        @Override
        public String toString() {
            return schema;
        }
    }

    static List<Case> cases() {
        return List.of(
                new Case("{'type':'string'}", List.of("''", "'aé\\n😀'"), List.of("1", "null", "'\n'")),
                new Case("{'type':'boolean'}", List.of("true", "false"), List.of("null", "True")),
                new Case("{'type':'null'}", List.of("null"), List.of("0")),
                new Case("{'type':'integer'}", List.of("0", "-12", "120"), List.of("1.0", "01", "1e3", "-")),
                new Case("{'type':'number'}", List.of("0.5", "-1e-3", "7"), List.of(".5", "1.", "+1")),
                new Case("{'type':['string','null']}", List.of("'a'", "null"), List.of("1")),
                new Case("{'type':'string','nullable':true}", List.of("'a'", "null"), List.of("1")),
                new Case(
                        "{'type':'object','properties':{'a':{'type':'integer'},'b':{'type':'string'}},'required':['a']}",
                        List.of("{'a':1}", "{ 'a': 1, 'b': 'x' }", "{\n\t'a': 1,\n\t'b':'x'\n}"),
                        List.of("{}", "{'b':'x'}", "{'b':'x','a':1}", "{'a':1,'c':2}", "{'a':'1'}", "{'a':1,}")),
                new Case(
                        "{'type':'object','properties':{'a':{},'ab':{}},'additionalProperties':{'type':'integer'}}",
                        List.of("{}", "{'a':[],'x':1}", "{'abc':1}", "{'':1}", "{'x':1,'y':2}", "{'ab':null,'a\\n':3}"),
                        List.of("{'x':'s'}", "{'x':1,'a':1}", "{'a':1,'a':2}", "{'abc':'s'}", "{'\\u0061':1}")),
                new Case("{'type':'object'}", List.of("{}", "{'a':[{}]}"), List.of("[]")),
                new Case("{}", List.of("1", "'a'", "[{}]", "null", "{}"), List.of("", "x")),
                new Case("true", List.of("1", "{'a':1}"), List.of("")),
                new Case(
                        "{'type':'array','items':{'type':'integer'},'minItems':1,'maxItems':3}",
                        List.of("[1]", "[1, 2,3]", "[\n  1,\n  2\n]"),
                        List.of("[]", "[1,2,3,4]", "['a']", "[1,]")),
                new Case(
                        "{'type':'array','items':{'type':'boolean'}}",
                        List.of("[]", "[true,false,true]"),
                        List.of("[1]")),
                new Case(
                        "{'prefixItems':[{'type':'integer'},{'type':'string'}],'items':false,'minItems':1}",
                        List.of("[1]", "[1,'a']"),
                        List.of("[]", "['a']", "[1,'a',1]")),
                new Case(
                        "{'items':[{'type':'integer'}],'additionalItems':{'type':'string'}}",
                        List.of("[]", "[1]", "[1,'a','b']"),
                        List.of("[1,1]")),
                new Case(
                        "{'enum':['a',1,null,{'k':[1,2]},'b\\\"c']}",
                        List.of("'a'", "1", "null", "{'k':[1,2]}", "{ 'k': [1, 2] }", "'b\\\"c'"),
                        List.of("'b'", "2", "{}")),
                new Case("{'type':'string','enum':['a',1,'abc'],'minLength':2}", List.of("'abc'"), List.of("'a'", "1")),
                new Case("{'const':'yes'}", List.of("'yes'"), List.of("'no'")),
                new Case(
                        "{'anyOf':[{'type':'string'},{'type':'object','properties':{'k':{'const':1}},'required':['k']}]}",
                        List.of("'s'", "{'k':1}"),
                        List.of("{}", "1")),
                new Case(
                        "{'type':'object','properties':{'a':{'type':'integer'},'b':{'type':'integer'}},"
                                + "'anyOf':[{'required':['a']},{'required':['b']}]}",
                        List.of("{'a':1}", "{'b':1}", "{'a':1,'b':2}"),
                        List.of("{}")),
                new Case("{'oneOf':[{'type':'integer'},{'type':'null'}]}", List.of("1", "null"), List.of("'a'")),
                new Case(
                        "{'allOf':[{'properties':{'a':{'type':'integer'}},'required':['a']},"
                                + "{'properties':{'a':{'minimum':5},'b':{'type':'null'}}}]}",
                        List.of("{'a':5}", "{'a':17,'b':null}"),
                        List.of("{'a':4}", "{'b':null}", "{'a':5,'c':1}")),
                new Case(
                        "{'$ref':'#/$defs/node','$defs':{'node':{'type':'object','properties':{'v':{'type':'integer'},"
                                + "'next':{'anyOf':[{'$ref':'#/$defs/node'},{'type':'null'}]}},'required':['v','next']}}}",
                        List.of("{'v':1,'next':null}", "{'v':1,'next':{'v':2,'next':{'v':3,'next':null}}}"),
                        List.of("{'v':1}", "{'v':1,'next':{}}", "{'v':1,'next':{'v':2,'next':null}")),
                new Case("{'type':'array','items':{'$ref':'#'}}", List.of("[]", "[[],[[]]]"), List.of("[1]", "[[]")),
                new Case(
                        "{'definitions':{'a/b':{'type':'null'}},'$ref':'#/definitions/%61~1b'}",
                        List.of("null"), List.of("1")),
                new Case(
                        "{'type':'string','minLength':2,'maxLength':3}",
                        List.of("'ab'", "'é😀x'", "'\\n\\u00e9'", "'\\uD83D\\uDE00a'"),
                        List.of("''", "'a'", "'abcd'")),
                new Case("{'type':'string','minLength':1}", List.of("'a'", "'abcdefgh'"), List.of("''")),
                new Case("{'type':'string','pattern':'^[a-c]+$'}", List.of("'abc'"), List.of("''", "'abd'")),
                new Case("{'type':'string','pattern':'b+'}", List.of("'b'", "'abbc'"), List.of("'ac'", "''")),
                new Case("{'type':'string','pattern':'^\\\"\\\\\\\\$'}", List.of("'\\\"\\\\'"), List.of("'a'")),
                new Case(
                        "{'type':'string','pattern':'^a|b$','maxLength':3}",
                        List.of("'axx'", "'xxb'", "'b'"),
                        List.of("'xbx'", "'axxx'")),
                new Case(
                        "{'type':'string','format':'date'}",
                        List.of("'2024-02-29'", "'1999-12-31'"),
                        List.of("'2023-02-29'", "'2024-13-01'", "'1900-02-29'")),
                new Case(
                        "{'format':'date-time'}",
                        List.of("'2024-01-01T10:00:00Z'", "'2024-01-01T10:00:00.5+01:00'"),
                        List.of("'2024-01-01'", "'2024-01-01T24:00:00Z'")),
                new Case(
                        "{'type':'string','format':'uuid'}",
                        List.of("'123e4567-e89b-12d3-a456-426614174000'"),
                        List.of("'x'")),
                new Case(
                        "{'type':'string','format':'ipv6'}",
                        List.of("'::1'", "'::'", "'1:2::8'", "'1:2:3:4:5:6:7:8'", "'1::'"),
                        List.of("':1'", "'1:2'", "'1:2:3:4:5:6:7:8:9'", "'1::2::3'")),
                new Case(
                        "{'type':'string','format':'ipv4'}",
                        List.of("'0.10.255.1'"),
                        List.of("'256.1.1.1'", "'01.1.1.1'")),
                new Case(
                        "{'type':'string','format':'email'}",
                        List.of("'a.b@c.example'"),
                        List.of("'a'", "'@b.c'", "'a@b'")),
                new Case(
                        "{'type':'string','format':'uri'}",
                        List.of("'https://a.example:80/b?c=d#e'"),
                        List.of("'a b'", "'x'")),
                new Case(
                        "{'type':'integer','minimum':-3,'maximum':12}",
                        List.of("-3", "0", "9", "10", "12"),
                        List.of("-4", "13", "20", "100", "-10")),
                new Case(
                        "{'type':'integer','exclusiveMinimum':0,'multipleOf':7}",
                        List.of("7", "14", "700"),
                        List.of("0", "8", "-7")),
                new Case(
                        "{'type':'number','minimum':0.25,'exclusiveMaximum':1.5}",
                        List.of("0.25", "0.3", "1", "1.0", "1.49", "0.250"),
                        List.of("0.2", "0", "1.5", "1.50", "2", "-1")),
                new Case("{'type':'number','multipleOf':0.01}", List.of("1", "1.25", "-0.5"), List.of("1.255")),
                new Case(
                        "{'type':'number','minimum':-1.5,'maximum':-0.5}",
                        List.of("-1.5", "-1", "-0.5"),
                        List.of("-0.4", "-1.6", "0", "1")),
                new Case(
                        "{'type':'integer','format':'int32','minimum':2147483640}",
                        List.of("2147483647"),
                        List.of("2147483648")));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void followsTheSchema(Case example) {
        Grammar grammar = COMPILER.jsonSchema(json(example.schema));
        for (String good : example.good) {
            assertThat(Walks.allows(grammar, TOKENIZER, quoted(good))).as(good).isTrue();
        }
        for (String bad : example.bad) {
            assertThat(Walks.allows(grammar, TOKENIZER, quoted(bad))).as(bad).isFalse();
        }
        MaskOracle.check(grammar, TOKENIZER, new Random(7), 30);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {'type':'strin'}                                   | #: type must be one of
                    {'properties':{'a/b':{'not':{}}}}                  | #/properties/a~1b: not is not supported
                    {'properties':5}                                   | #: properties must be an object
                    {'required':'a'}                                   | #: required must be a list
                    {'items':3}                                        | #/items: expected an object or a boolean, found 3
                    {'$ref':'#/nope'}                                  | #: $ref points to nothing: #/nope
                    {'$ref':'http://elsewhere'}                        | #: $ref must point into the same schema
                    {'type':'string','pattern':'(?=a)b'}               | #: pattern the regular expression has look-around
                    {'type':'string','pattern':'(a)\\\\1'}             | back-reference
                    {'type':'string','pattern':'a('}                   | a missing )
                    {'type':'string','format':'phone'}                 | #: format "phone" is not supported
                    {'type':'string','maxLength':-1}                   | #: maxLength must be a whole number
                    {'type':'string','maxLength':100000}               | #: maxLength must be at most 8192
                    {'type':'array','uniqueItems':true}                | #: uniqueItems is not supported
                    {'type':'number','multipleOf':0.3}                 | #: multipleOf of a number
                    {'enum':[]}                                        | #: enum must be a list
                    {'type':'integer','minimum':3,'maximum':2}         | cannot be satisfied
                    {'type':'string','enum':[1]}                       | cannot be satisfied
                    {'properties':{'a':{'$ref':'#'}},'required':['a']} | cannot be satisfied
                    {'anyOf':[{'$ref':'#'},{'type':'null'}]}           | refers to itself
                    {'anyOf':'x'}                                      | #: anyOf must be a list
                    {'minLenght':3}                                    | #: minLenght is not supported
                    false                                              | cannot be satisfied
                    5                                                  | expected an object or a boolean
                    """)
    void refusesWithThePlaceAndTheReason(String schema, String message) {
        assertThatThrownBy(() -> COMPILER.jsonSchema(json(schema)))
                .isInstanceOf(GrammarException.class)
                .hasMessageContaining(message);
    }

    @Test
    void refusesSchemasThatAreTooLargeOrTooDeep() {
        String large = "{'enum':['" + "x".repeat(70_000) + "']}";
        String deep = "{'items':".repeat(70) + "true" + "}".repeat(70);
        assertThatThrownBy(() -> COMPILER.jsonSchema(json(large))).isInstanceOf(GrammarException.class);
        assertThatThrownBy(() -> COMPILER.jsonSchema(json(deep))).isInstanceOf(GrammarException.class);
    }

    @Test
    void boundsTheWorkOfPatternsThatExplode() {
        String exponential = "{'type':'string','pattern':'^(a|b)*a(a|b){60}$'}";
        String nested = "{'type':'string','pattern':'((a{99}){99}){99}'}";
        assertThatThrownBy(() -> COMPILER.jsonSchema(json(exponential)))
                .isInstanceOf(GrammarException.class)
                .hasMessageContaining("too complex");
        assertThatThrownBy(() -> COMPILER.jsonSchema(json(nested))).isInstanceOf(GrammarException.class);
    }

    @Test
    void compilesEachSchemaOnce() {
        String schema = "{'type':'integer'}";
        assertThat(COMPILER.jsonSchema(json(schema))).isSameAs(COMPILER.jsonSchema(json(schema)));
    }

    static JsonNode json(String text) {
        try {
            return MAPPER.readTree(quoted(text));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    private static String quoted(String text) {
        return text.replace('\'', '"');
    }
}
