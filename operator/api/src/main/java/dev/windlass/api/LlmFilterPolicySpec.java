package dev.windlass.api;

import static dev.windlass.api.Absent.list;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rules of a filter policy, in the order in which they name what several of them match. */
@ValidationRule(
        value = "!has(self.rules) || self.rules.all(r, self.rules.exists_one(o, o.name == r.name))",
        message = Sentences.FILTER_RULES_UNIQUE)
public record LlmFilterPolicySpec(
        @Required @Size(max = 64) @JsonPropertyDescription("What to look for, and what to do where it is found.")
        List<FilterRule> rules)
        implements Block {
    static final LlmFilterPolicySpec ABSENT = new LlmFilterPolicySpec(null);

    public LlmFilterPolicySpec(@Nullable List<FilterRule> rules) {
        this.rules = list(rules);
    }
}
