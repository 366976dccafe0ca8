package dev.windlass.policy.filter;

import static dev.windlass.policy.filter.FilterMeter.Way.Input;
import static dev.windlass.policy.filter.FilterMeter.Way.Output;
import static org.assertj.core.api.Assertions.assertThat;

import dev.windlass.api.ContentFilterSpec;
import dev.windlass.api.ContentFilterSpec.Mode;
import dev.windlass.policy.filter.Prospect.Outcome;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a filter may come to count. That it counts nothing else is seen to by {@link FilterRig}. */
class ProspectTest {
    private static final String RULES = """
            - {name: words, keywords: {words: [forbidden]}}
            - {name: rude, toxicity: {model: judge}, action: Redact, direction: Input}
            """;

    private static Prospect of(String rules, Mode input, Mode output) {
        return Prospect.of(
                new ContentFilterSpec(null, input, output, null, null),
                rules.isEmpty() ? Optional.empty() : Optional.of(Policies.of(rules)));
    }

    @Test
    void isOfTheRulesAndOfWhatIsDoneForThem() {
        var prospect = of(RULES, Mode.Enforce, Mode.Monitor);

        assertThat(prospect.looks()).containsExactlyInAnyOrder(Input, Output);
        assertThat(prospect.outcomes())
                .containsExactlyInAnyOrder(
                        new Outcome(Input, "", Verdict.Error),
                        new Outcome(Input, "words", Verdict.Block),
                        new Outcome(Input, "words", Verdict.Flag),
                        // A request that is on its way cannot be changed.
                        new Outcome(Input, "rude", Verdict.Block),
                        new Outcome(Input, "rude", Verdict.Flag),
                        new Outcome(Input, "rude", Verdict.Error),
                        new Outcome(Output, "", Verdict.Error),
                        new Outcome(Output, "words", Verdict.WouldBlock));
    }

    @Test
    void hasNothingOfTextsThatNobodyLooksAt() {
        assertThat(of(RULES, Mode.Off, Mode.Off)).isEqualTo(of("", Mode.Off, Mode.Off));
        assertThat(of(RULES, Mode.Off, Mode.Off).outcomes()).isEmpty();
        assertThat(of(RULES, Mode.Enforce, Mode.Off).looks()).containsExactly(Input);
        assertThat(of("- {name: words, keywords: {words: [a]}, direction: Input}\n", Mode.Off, Mode.Enforce)
                        .outcomes())
                .as("what is asked of /v1/moderations")
                .containsExactlyInAnyOrder(
                        new Outcome(Input, "", Verdict.Error), new Outcome(Input, "words", Verdict.Flag));
    }

    @Test
    void isAnErrorWhereThereIsNoPolicy() {
        var prospect = of("", Mode.Enforce, Mode.Enforce);

        assertThat(prospect.looks()).isEmpty();
        assertThat(prospect.outcomes()).containsExactly(new Outcome(Input, "", Verdict.Error));
    }
}
