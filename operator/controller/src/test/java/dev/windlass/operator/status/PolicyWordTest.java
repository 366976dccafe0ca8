package dev.windlass.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.windlass.operator.Resources;
import dev.windlass.operator.desired.Callers;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyWordTest {
    private static final String KEYS = "auth: {mode: ApiKey, selector: {matchLabels: {team: blue}}}";
    private static final String ACCOUNTS = "auth: {mode: ServiceAccount}";

    private static PolicyWord word(String auth, String namespace, Callers callers) {
        return word(auth, namespace, callers, false);
    }

    private static PolicyWord word(String auth, String namespace, Callers callers, boolean lacksKeys) {
        var resource = Resources.with("model: {uri: 'hf://a/b'}, " + auth);
        resource.getMetadata().setNamespace(namespace);
        return Objects.requireNonNull(PolicyWord.of(resource, callers, lacksKeys, null));
    }

    @ParameterizedTest
    @CsvSource({"team-a, Enforced", "team-b, KeysOff"})
    void keysCountWhereGatewaysReadThem(String namespace, String reason) {
        var word = word(KEYS, namespace, new Callers(List.of("team-a"), false));
        assertThat(word.reason()).isEqualTo(reason);
        assertThat(word.isEnforced()).isEqualTo(reason.equals("Enforced"));
    }

    @Test
    void keysThatNobodyMadeLetNobodyIn() {
        var word = word(KEYS, "team-a", new Callers(null, null), true);
        assertThat(word.reason()).isEqualTo("NoKeys");
        assertThat(word.message())
                .isEqualTo("nobody is let in: no Secret here with the labels team=blue, windlass.dev/keys has a key"
                        + " that is in force");
        assertThat(word(ACCOUNTS, "team-a", new Callers(null, null), true).isEnforced())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({"true, Enforced", "false, ServiceAccountsOff"})
    void serviceAccountsCountWhereGatewaysAskForThem(boolean asked, String reason) {
        var word = word(ACCOUNTS, "team-a", new Callers(List.of(), asked));
        assertThat(word.reason()).isEqualTo(reason);
        assertThat(word.message()).contains(asked ? "asks callers for a service account's token" : "nobody is let in");
    }

    @ParameterizedTest
    @ValueSource(strings = {KEYS, ACCOUNTS})
    void whereNobodySaysWhatGatewaysKnowNothingIsDenied(String auth) {
        var word = word(auth, "team-a", new Callers(null, null));
        assertThat(word.isEnforced()).isTrue();
    }
}
