package dev.windlass.policy.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.windlass.api.AuthSpec;
import dev.windlass.api.ObservabilitySpec.Audit;
import dev.windlass.http.ApiException;
import dev.windlass.policy.Arrival;
import dev.windlass.policy.Arrivals;
import dev.windlass.policy.Caller;
import dev.windlass.policy.access.AccessCounts.Result;
import dev.windlass.policy.keys.CurrentKeys;
import dev.windlass.policy.keys.KeyAuthenticator;
import dev.windlass.policy.keys.KeyDigest;
import dev.windlass.policy.keys.KeyRing;
import dev.windlass.policy.keys.KeySecret;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccessPolicyTest {
    private static final AuthSpec AUTH =
            new AuthSpec(AuthSpec.Mode.ApiKey, new AuthSpec.Selector(Map.of("tier", "gold")), null);
    private static final Instant NOW = Instant.parse("2027-01-01T00:00:00Z");
    private static final String BODY = "{\"model\": \"m\"}";

    private final CurrentKeys keys = new CurrentKeys();
    private final AccessPolicy policy =
            new AccessPolicy(Map.of(AuthSpec.Mode.ApiKey, new KeyAuthenticator(keys, () -> NOW)));

    @BeforeEach
    void secrets() {
        keys.replace(KeyRing.of(List.of(
                secret("team", "alice", "gold", "key-a", Map.of()),
                secret("team", "bob", "gold", "key-b", Map.of("models", "other")),
                secret("team", "carol", "gold", "key-c", Map.of("expires", "2027-01-01T00:00:00Z")),
                secret("team", "dave", "silver", "key-d", Map.of()),
                secret("elsewhere", "eve", "gold", "key-e", Map.of()))));
    }

    private static KeySecret secret(String namespace, String name, String tier, String key, Map<String, String> more) {
        var fields = new HashMap<>(more);
        fields.put("sha256", KeyDigest.of(key).hex());
        return KeySecret.of(namespace, name, Map.of("tier", tier), fields);
    }

    private static Arrival arrival(Map<String, String> headers) {
        return Arrivals.of(AUTH, Audit.Off, BODY, headers);
    }

    private ApiException denied(Arrival arrival) {
        return catchThrowableOfType(ApiException.class, () -> policy.admit(arrival));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer key-a", "bearer key-a", "BEARER  key-a "})
    void aKeyLetsInAndGoesNoFurther(String authorization) {
        var arrival = arrival(Map.of("authorization", authorization));
        policy.admit(arrival);
        assertThat(arrival.caller()).isEqualTo(new Caller("alice", null));
        assertThat(arrival.withheld()).containsExactlyInAnyOrder("authorization", "x-api-key");
        assertThat(policy.counts().of(Result.Admitted)).isEqualTo(1);
    }

    @Test
    void theOtherHeaderIsAsGoodUnlessBothAreThere() {
        policy.admit(arrival(Map.of("x-api-key", "key-a")));
        assertThat(denied(arrival(Map.of("x-api-key", "key-a", "authorization", "Bearer nonsense")))
                        .status())
                .isEqualTo(401);
    }

    @Test
    void withoutAKeyNobodyIsLetIn() {
        for (var headers : List.of(
                Map.<String, String>of(),
                Map.of("authorization", ""),
                Map.of("authorization", "Bearer "),
                Map.of("authorization", "Basic key-a"),
                Map.of("authorization", "key-a"))) {
            var arrival = arrival(headers);
            var denied = denied(arrival);
            assertThat(denied.status()).as("%s", headers).isEqualTo(401);
            assertThat(denied.code()).contains("invalid_api_key");
            assertThat(arrival.replied()).containsEntry("WWW-Authenticate", "Bearer realm=\"windlass\"");
            assertThat(arrival.withheld()).contains("authorization");
        }
        assertThat(policy.counts().of(Result.Missing)).isEqualTo(5);
    }

    @ParameterizedTest
    @ValueSource(strings = {"key-x", "key-d", "key-e", "key-c", "key-a, Bearer key-b", "Bearer key-a", "KEY-A"})
    void aKeyThatIsUnknownOrExpiredOrNotForThisOneIsRefusedAndNotRepeated(String key) {
        var arrival = arrival(Map.of("authorization", "Bearer " + key));
        var denied = denied(arrival);
        assertThat(denied.status()).isEqualTo(401);
        assertThat(denied.reason()).doesNotContain(key);
        assertThat(arrival.replied().get("WWW-Authenticate")).contains("invalid_token");
        assertThat(arrival.caller().isAnonymous()).isTrue();
        assertThat(policy.counts().of(Result.Invalid)).isEqualTo(1);
    }

    @Test
    void aDigestIsNoKey() {
        assertThat(denied(arrival(Map.of("x-api-key", KeyDigest.of("key-a").hex())))
                        .status())
                .isEqualTo(401);
    }

    @Test
    void aKnownCallerMayNotUseEveryModel() {
        var arrival = arrival(Map.of("authorization", "Bearer key-b"));
        var denied = denied(arrival);
        assertThat(denied.status()).isEqualTo(403);
        assertThat(denied.parameter()).contains("model");
        assertThat(arrival.caller().id()).isEqualTo("bob");
        assertThat(policy.counts().of(Result.Forbidden)).isEqualTo(1);
        policy.admit(
                Arrivals.of(AUTH, Audit.Off, "{\"model\": \"team/other\"}", Map.of("authorization", "Bearer key-b")));
    }

    @Test
    void aModeThatIsNotToBeHadLetsNobodyIn() {
        var auth = new AuthSpec(AuthSpec.Mode.ServiceAccount, null, null);
        assertThat(denied(Arrivals.of(auth, Audit.Off, BODY, Map.of("authorization", "Bearer key-a")))
                        .status())
                .isEqualTo(401);
    }

    @Test
    void aModelWithoutAuthLeavesHeadersAlone() {
        var arrival = Arrivals.of(
                new AuthSpec(null, null, null), Audit.Off, BODY, Map.of("authorization", "Bearer anything"));
        policy.admit(arrival);
        assertThat(arrival.withheld()).isEmpty();
        assertThat(policy.counts().of(Result.Admitted)).isZero();
    }

    @Test
    void whoAsksForNamesSeesThoseItMayUse() {
        var bob = policy.visitor(name -> Optional.ofNullable(name.equals("authorization") ? "Bearer key-b" : null));
        assertThat(bob.maySee("team", AUTH, "other")).isTrue();
        assertThat(bob.maySee("team", AUTH, "m")).isFalse();
        assertThat(bob.maySee("elsewhere", AUTH, "other")).isFalse();
        assertThat(bob.maySee("team", new AuthSpec(null, null, null), "m")).isTrue();
        assertThat(bob.denied()).isPresent();
    }
}
