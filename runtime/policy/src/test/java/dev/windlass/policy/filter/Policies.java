package dev.windlass.policy.filter;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.windlass.api.LlmFilterPolicy;
import dev.windlass.api.LlmFilterPolicySpec;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.io.UncheckedIOException;

/** Policies for tests, by their rules as a user writes them. */
final class Policies {
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /** One rule of every kind but the classifier's. */
    static final String EVERYTHING = """
            - {name: words, keywords: {words: [forbidden fruit, заказ, 毒薬, bomb]}, action: Redact}
            - {name: key, pattern: {expression: 'sk-[a-z0-9]{8,}'}, action: Redact}
            - {name: pii, pii: {}}
            - {name: mood, sentiment: {}, action: Redact}
            """;

    private Policies() {}

    static LlmFilterPolicy resource(String rules) {
        var policy = new LlmFilterPolicy();
        policy.setMetadata(
                new ObjectMetaBuilder().withNamespace("team").withName("p").build());
        try {
            policy.setSpec(YAML.readValue("rules:\n" + rules, LlmFilterPolicySpec.class));
        } catch (JsonProcessingException problem) {
            throw new UncheckedIOException(problem);
        }
        return policy;
    }

    static FilterPolicy of(String rules) {
        return FilterPolicy.of(resource(rules));
    }
}
