package dev.windlass.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpecCheckTest {
    private static final KubernetesSerialization KUBERNETES = new KubernetesSerialization();

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {}                                                  | spec.model.uri: expected an address such as hf://org/name@revision, got nothing
            {model: {uri: 'hf://a/b'}, replicas: 1001}          | spec.replicas: expected an integer from 0 to 1000, got 1001
            {model: {uri: 'hf://a/b'}, drain: {timeout: 90}}    | spec.drain.timeout: expected a duration such as 90s, 5m or 1h30m
            {model: {uri: 'hf://a/b'}, drain: {timeout: soon}}  | spec.drain.timeout: expected a duration such as 90s, 5m or 1h30m, got "soon"
            {model: {uri: 'hf://a/b'}, variants: {}}            | spec.variants: expected a list
            {model: {uri: 'hf://a/b'}, limits: 3}               | spec.limits: expected an object
            {model: {uri: 'hf://a/b'}, autoscaling: {}}         | spec.autoscaling.maxReplicas: expected a value, got nothing
            {model: {uri: 'hf://a/b'}, variants: [{name: A, weight: 1}]} | spec.variants[0].name: expected text like ^[a-z]([-a-z0-9]*[a-z0-9])?$, got "A"
            {model: {uri: 'hf://a/b'}, runtime: {provider: Npu}} | spec.runtime.provider: expected one of [Auto, Cpu, Cuda, TensorRT], got "Npu"
            {model: {uri: 'hf://a/b'}, observability: {audit: false}} | spec.observability.audit: expected one of ["Off", Metadata, Full]
            {model: {uri: [a]}}                                 | spec.model.uri: expected text
            {model: {uri: 'hf://a/b'}, responseCache: {ttl: 1}} | spec.responseCache.ttl: expected a duration such as 90s, 5m or 1h30m
            {model: {uri: 'hf://a/b'}, contentFilter: {}}       | spec.contentFilter.policyRef: expected a value, got nothing
            """)
    void saysWhichFieldAndWhatItFound(String spec, String problem) {
        assertThat(SpecCheck.problems(resource(spec)))
                .extracting(Problem::toString)
                .contains(problem);
    }

    @Test
    void looksIntoWhatVariantsChange() {
        assertThat(problems("{model: {convert: {quantization: Int3}}}"))
                .singleElement()
                .asString()
                .startsWith("spec.variants[0].overlay: model.convert.quantization: expected one of");
        assertThat(problems("{model: {quantisation: Int4}}"))
                .singleElement()
                .asString()
                .contains("model.quantisation: no such field");
        assertThat(problems("{resources: {gpu: {mig: 1g.10gb, count: 2}}}"))
                .singleElement()
                .hasToString("spec.variants[0].overlay.resources.gpu: " + Sentences.MIG_COUNT);
        assertThat(problems("{model: {convert: {quantization: Int4}}}")).isEmpty();
    }

    @Test
    void knowsTimeZones() {
        String spec = """
                {model: {uri: 'hf://a/b'}, autoscaling: {maxReplicas: 2, schedules: [{name: a, days: [Mon], start: '08:00', end: '09:00', minReplicas: 1, timezone: %s}]}}
                """;

        assertThat(SpecCheck.problems(resource(spec.formatted("Europe/Berlin"))))
                .isEmpty();
        assertThat(SpecCheck.problems(resource(spec.formatted("Europe/Atlantis"))))
                .singleElement()
                .asString()
                .contains("schedules[0].timezone: expected a time zone such as Europe/Berlin");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            avg(x)                                                        | true
            avg(rate(x{a="{{namespace}}", b=~"{{revision}}-.*"}[{{window}}])) | true
            x{{{name}}_label="a"}                                         | true
            avg(x{a="{{ revision }}"})                                    | false
            avg(x{a="{{Revision}}"})                                      | false
            avg(x[{{duration}}])                                          | false
            avg(x{{)                                                      | false
            """)
    void knowsThePlaceholdersOfQueries(String query, boolean isFine) {
        List<Problem> problems = SpecCheck.problems(resource("""
                {model: {uri: 'hf://a/b'}, rollout: {strategy: Canary, canary: {analysis: {metrics: [
                {name: a, max: '1', prometheus: {query: '%s'}}]}}}}""".formatted(query)));

        assertThat(problems.isEmpty()).as("%s", problems).isEqualTo(isFine);
        assertThat(problems)
                .allSatisfy(problem -> assertThat(problem.toString())
                        .isEqualTo("spec.rollout.canary.analysis.metrics: " + Sentences.QUERY_PLACEHOLDERS));
    }

    private static List<Problem> problems(String overlay) {
        return SpecCheck.problems(
                resource("{model: {uri: 'hf://a/b'}, variants: [{name: a, weight: 1, overlay: " + overlay + "}]}"));
    }

    private static LlmDeployment resource(String spec) {
        return KUBERNETES.unmarshal(
                "apiVersion: windlass.dev/v1alpha1\nkind: LlmDeployment\nmetadata: {name: a}\nspec: " + spec,
                LlmDeployment.class);
    }
}
