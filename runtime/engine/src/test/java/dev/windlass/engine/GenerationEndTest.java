package dev.windlass.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.windlass.engine.GenerationEvent.FinishReason;
import dev.windlass.engine.Requests.Outcome;
import dev.windlass.engine.grammar.TokenConstraint;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Where a generation ends, and what is shown of its end. */
class GenerationEndTest {
    @AutoClose
    private final TestedEngines engines = new TestedEngines();

    @Test
    void generatesUntilTheBoundOnTokens() throws Exception {
        var request = new Requests();
        request.ignoreEnd = true;
        var outcome = Requests.await(engines.start().submit(request.build()));
        assertThat(outcome.tokens()).hasSize(8);
        assertThat(outcome.text()).isEqualTo(text(outcome));
        assertThat(outcome.finished().reason()).isEqualTo(FinishReason.LENGTH);
        assertThat(outcome.finished().usage().generatedTokens()).isEqualTo(8);
        assertThat(outcome.finished().usage().promptTokens()).isEqualTo(3);
    }

    private String text(Outcome outcome) {
        return engines.tokenizer.decode(
                outcome.tokens().stream().mapToInt(Integer::intValue).toArray(), true);
    }

    @Test
    void endsAtTheEndOfTheContext() throws Exception {
        var request = Requests.ofLength(TestedEngines.CAPACITY - 5, 3);
        request.ignoreEnd = true;
        request.maximumTokens = 100;
        var outcome = Requests.await(engines.start().submit(request.build()));
        assertThat(outcome.tokens()).hasSize(5);
        assertThat(outcome.finished().reason()).isEqualTo(FinishReason.LENGTH);
    }

    @Test
    void endsAtAnEndTokenWithoutItsText() throws Exception {
        var request = new Requests();
        request.sampling = Requests.biased(Map.of(LetterTokenizer.END, 100f));
        var outcome = Requests.await(engines.start().submit(request.build()));
        assertThat(outcome.tokens()).containsExactly(LetterTokenizer.END);
        assertThat(outcome.text()).isEmpty();
        assertThat(outcome.finished().reason()).isEqualTo(FinishReason.STOP);
        assertThat(outcome.finished().stop()).isNull();
    }

    @Test
    void doesNotEndBeforeTheMinimum() throws Exception {
        var request = new Requests();
        request.sampling = Requests.biased(Map.of(LetterTokenizer.END, 100f));
        request.minimumTokens = 4;
        var outcome = Requests.await(engines.start().submit(request.build()));
        assertThat(outcome.tokens()).hasSize(5).endsWith(LetterTokenizer.END);
    }

    @Test
    void endsAtAStopTokenAndNamesIt() throws Exception {
        var request = new Requests();
        request.sampling = Requests.biased(Map.of(9, 100f));
        request.stopTokens = Set.of(9);
        request.includeStop = true;
        var outcome = Requests.await(engines.start().submit(request.build()));
        assertThat(outcome.text()).isEqualTo("d");
        assertThat(outcome.finished().stop()).isEqualTo(9);
    }

    @Test
    void neverShowsAStopStringThatSeveralTokensMake() throws Exception {
        var free = new Requests();
        free.ignoreEnd = true;
        free.maximumTokens = 40;
        var engine = engines.start();
        String whole = Requests.await(engine.submit(free.build())).text();
        String stop = whole.substring(10, 13);
        free.stopStrings = List.of(stop);
        var outcome = Requests.await(engine.submit(free.build()));
        assertThat(outcome.text()).isEqualTo(whole.substring(0, whole.indexOf(stop)));
        assertThat(outcome.finished().stop()).isEqualTo(stop);
        assertThat(outcome.finished().reason()).isEqualTo(FinishReason.STOP);
    }

    @Test
    void holdsBackTheBytesOfACharacter() throws Exception {
        var request = new Requests();
        int[] next = {2, 3, 4, 5, 0};
        request.grammar = () -> new TokenConstraint() {
            private int at;

            @Override
            public long[] allowed() {
                return new long[] {1L << next[at]};
            }

            @Override
            public void accept(int token) {
                at++;
            }
        };
        var generation = engines.start().submit(request.build());
        var outcome = Requests.await(generation);
        assertThat(outcome.text()).isEqualTo("🙂");
        assertThat(outcome.tokens()).containsExactly(2, 3, 4, 5, 0);
    }
}
