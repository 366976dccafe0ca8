package dev.windlass.operator.desired;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StrategicMergeTest {
    private static final YAMLMapper YAML = new YAMLMapper();

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {a: {b: 1, c: 2}}                  | {a: {b: 3}}                                     | {a: {b: 3, c: 2}}
            {a: 1, b: 2}                       | {a: null}                                       | {b: 2}
            {a: {b: 1}}                        | {a: {$patch: replace, c: 2}}                    | {a: {c: 2}}
            {a: {b: 1}, c: 1}                  | {a: {$patch: delete}}                           | {c: 1}
            {args: [a, b]}                     | {args: [c]}                                     | {args: [c]}
            {env: [{name: A, value: x}]}       | {env: [{name: B, value: y}]}                    | {env: [{name: A, value: x}, {name: B, value: y}]}
            {env: [{name: A, value: x, z: 1}]} | {env: [{name: A, value: y}]}                    | {env: [{name: A, value: y, z: 1}]}
            {env: [{name: A}, {name: B}]}      | {env: [{name: A, $patch: delete}]}              | {env: [{name: B}]}
            {env: [{name: A}, {name: B}]}      | {env: [{$patch: replace}, {name: C}]}           | {env: [{name: C}]}
            {ports: [{containerPort: 80}]}     | {ports: [{containerPort: 80, name: http}]}      | {ports: [{containerPort: 80, name: http}]}
            {tolerations: [{key: a}]}          | {tolerations: [{key: b}]}                       | {tolerations: [{key: b}]}
            """)
    void mergesAsKubernetesDoes(String target, String patch, String expected) throws Exception {
        assertThat(StrategicMerge.apply(yaml(target), (ObjectNode) yaml(patch))).isEqualTo(yaml(expected));
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        assertThatThrownBy(() -> merge("{a: {$retainKeys: [b]}}")).hasMessageContaining("at a, got \"$retainKeys\"");
        assertThatThrownBy(() -> merge("{a: {$patch: keep}}")).hasMessageContaining("at a, got \"keep\"");
        assertThatThrownBy(() -> merge("{env: [{value: x}]}")).hasMessageContaining("object with \"name\"");
    }

    private static JsonNode merge(String patch) throws JsonProcessingException {
        return StrategicMerge.apply(yaml("{}"), (ObjectNode) yaml(patch));
    }

    private static JsonNode yaml(String text) throws JsonProcessingException {
        return YAML.readTree(text);
    }
}
