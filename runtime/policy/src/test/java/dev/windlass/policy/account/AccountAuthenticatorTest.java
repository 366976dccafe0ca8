package dev.windlass.policy.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import dev.windlass.api.AuthSpec;
import dev.windlass.http.ApiException;
import dev.windlass.policy.access.Identity;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Tokens of service accounts, before a cluster that is asked as rarely as can be. */
class AccountAuthenticatorTest {
    private static final Instant NOW = Instant.parse("2027-01-01T00:00:00Z");
    private static final AuthSpec ALL = new AuthSpec(AuthSpec.Mode.ServiceAccount, null, null);
    private static final AuthSpec BLUE =
            new AuthSpec(AuthSpec.Mode.ServiceAccount, new AuthSpec.Selector(Map.of("team", "blue")), null);
    private static ECKey key;

    private final Cluster cluster = new Cluster();
    private volatile Instant now = NOW;
    private final AccountAuthenticator authenticator =
            new AccountAuthenticator(cluster, "windlass", () -> now, Duration.ofSeconds(2));

    @BeforeAll
    static void key() throws Exception {
        key = new ECKeyGenerator(Curve.P_256).generate();
    }

    /** Knows whom it gave which token, and nothing of what tokens say. */
    private static final class Cluster implements AccountDirectory {
        private final Map<String, ServiceAccount> given = new ConcurrentHashMap<>();
        private final AtomicInteger questions = new AtomicInteger();
        private final CountDownLatch gate = new CountDownLatch(1);
        private volatile boolean isSlow;
        private volatile boolean isGone;
        private volatile Map<String, String> labels = Map.of();

        @Override
        public Optional<ServiceAccount> owner(String token, String audience) throws IOException {
            questions.incrementAndGet();
            if (isSlow) {
                try {
                    gate.await(20, TimeUnit.SECONDS);
                } catch (InterruptedException stopped) {
                    Thread.currentThread().interrupt();
                }
            }
            answering();
            return Optional.ofNullable(given.get(token));
        }

        @Override
        public Map<String, String> labels(ServiceAccount account) throws IOException {
            answering();
            return labels;
        }

        private void answering() throws IOException {
            if (isGone) {
                throw new IOException("connection refused");
            }
        }
    }

    private static JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder()
                .issuer("https://kubernetes.default.svc")
                .audience("windlass")
                .subject("system:serviceaccount:team:app")
                .expirationTime(Date.from(NOW.plus(Duration.ofHours(1))));
    }

    private static String signed(JWTClaimsSet claims) throws Exception {
        var token = new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.ES256).build(), claims);
        token.sign(new ECDSASigner(key));
        return token.serialize();
    }

    /** A token that the cluster gave this account. */
    private String given(String namespace, String name, JWTClaimsSet claims) throws Exception {
        String token = signed(claims);
        cluster.given.put(token, new ServiceAccount(namespace, name));
        return token;
    }

    private Identity identify(String token) {
        return authenticator.identify(token, "team", ALL);
    }

    private int refusal(String token) {
        var denied = catchThrowableOfType(ApiException.class, () -> identify(token));
        assertThat(denied.reason()).doesNotContain(token);
        return denied.status();
    }

    @Test
    void anAccountOfTheModelsNamespaceIsKnownByItsName() throws Exception {
        var identity = identify(given("team", "app", claims().build()));

        assertThat(identity.caller().id()).isEqualTo("system:serviceaccount:team:app");
        assertThat(identity.mayUse("m")).isTrue();
    }

    @Test
    void anAccountOfAnotherNamespaceIsKnownAndMayUseNothing() throws Exception {
        // What it says of itself does not count.
        var identity = identify(given("elsewhere", "app", claims().build()));

        assertThat(identity.caller().id()).isEqualTo("system:serviceaccount:elsewhere:app");
        assertThat(identity.mayUse("m")).isFalse();
    }

    @Test
    void labelsChooseAmongTheAccountsOfTheNamespace() throws Exception {
        String token = given("team", "app", claims().build());
        cluster.labels = Map.of("team", "red");
        assertThat(authenticator.identify(token, "team", BLUE).mayUse("m")).isFalse();

        cluster.labels = Map.of("team", "blue", "more", "x");
        now = now.plus(AccountAuthenticator.GOOD).plusSeconds(1);
        assertThat(authenticator.identify(token, "team", BLUE).mayUse("m")).isTrue();
    }

    @Test
    void whatCannotBeOneIsRefusedWithoutAQuestion() throws Exception {
        var other = given(
                "team",
                "app",
                claims().audience("https://kubernetes.default.svc").build());
        var late = given("team", "app", claims().expirationTime(Date.from(NOW)).build());
        var endless = given("team", "app", claims().expirationTime(null).build());
        var unsigned = new PlainJWT(claims().build()).serialize();
        for (String token : List.of(other, late, endless, unsigned, "wl-key", "a.b.c", "..", "x".repeat(100_000))) {
            assertThat(refusal(token)).isEqualTo(401);
        }
        assertThat(cluster.questions).hasValue(0);
    }

    @Test
    void aForgedOneIsAskedAboutOnceInAWhile() throws Exception {
        String forged = signed(claims().build());
        for (int i = 0; i < 20; i++) {
            assertThat(refusal(forged)).isEqualTo(401);
        }
        assertThat(cluster.questions).hasValue(1);

        now = now.plus(AccountAuthenticator.BAD).plusSeconds(1);
        assertThat(refusal(forged)).isEqualTo(401);
        assertThat(cluster.questions).hasValue(2);
    }

    @Test
    void anAccountThatIsDeletedIsOutAfterAWhile() throws Exception {
        String token = given("team", "app", claims().build());
        identify(token);
        cluster.given.clear();
        identify(token);
        assertThat(cluster.questions).hasValue(1);

        now = now.plus(AccountAuthenticator.GOOD).plusSeconds(1);
        assertThat(refusal(token)).isEqualTo(401);
    }

    @Test
    void nothingIsRememberedBeyondTheTokensEnd() throws Exception {
        String token = given(
                "team",
                "app",
                claims().expirationTime(Date.from(NOW.plusSeconds(30))).build());
        identify(token);
        now = now.plusSeconds(30);
        assertThat(refusal(token)).isEqualTo(401);
        assertThat(cluster.questions).hasValue(1);
    }

    @Test
    void manyWithOneTokenAskOnce() throws Exception {
        String token = given("team", "app", claims().build());
        cluster.isSlow = true;
        List<Future<Identity>> running = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 50; i++) {
                running.add(threads.submit(() -> identify(token)));
            }
            Thread.sleep(200);
            cluster.gate.countDown();
        }
        for (var caller : running) {
            assertThat(caller.get().mayUse("m")).isTrue();
        }
        assertThat(cluster.questions).hasValue(1);
    }

    @Test
    void whereTheClusterDoesNotAnswerOnlyTheUnknownComeBackLater() throws Exception {
        String known = given("team", "app", claims().build());
        identify(known);
        cluster.isGone = true;
        String unknown = given("team", "new", claims().subject("new").build());

        assertThat(identify(known).mayUse("m")).isTrue();
        assertThat(refusal(unknown)).isEqualTo(503);
        now = now.plus(AccountAuthenticator.GOOD).plusSeconds(1);
        assertThat(refusal(known)).isEqualTo(503);

        cluster.isGone = false;
        assertThat(identify(unknown).mayUse("m")).isTrue();
        assertThat(identify(known).mayUse("m")).isTrue();
        assertThat(authenticator.counts().of(AccountCounts.Result.Unanswered)).isEqualTo(2);
    }

    @Test
    void onceTheClusterAnswersAgainNobodyHearsOfItsFailure() throws Exception {
        for (int i = 0; i < 500; i++) {
            String token = given("team", "app", claims().jwtID("again-" + i).build());
            cluster.isGone = true;
            assertThat(refusal(token)).isEqualTo(503);
            cluster.isGone = false;
            assertThat(identify(token).mayUse("m")).isTrue();
        }
    }

    @Test
    void nobodyWaitsLongForAClusterThatIsSilent() throws Exception {
        String token = given("team", "app", claims().build());
        cluster.isSlow = true;
        long begin = System.nanoTime();
        assertThat(refusal(token)).isEqualTo(503);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(15));
        cluster.gate.countDown();
    }

    @Test
    void manyTokensAtOnceAreAskedAboutAFewAtATime() throws Exception {
        cluster.isSlow = true;
        List<String> tokens = new ArrayList<>();
        for (int i = 0; i < 4 * Inquiries.MOST_AT_ONCE; i++) {
            tokens.add(signed(claims().jwtID("forged-" + i).build()));
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (String token : tokens) {
                var _ = threads.submit(() -> refusal(token));
            }
            Thread.sleep(500);
            assertThat(cluster.questions).hasValueLessThanOrEqualTo(Inquiries.MOST_AT_ONCE);
            cluster.gate.countDown();
        }
    }

    @Test
    void onlyNamesOfServiceAccountsAreSome() {
        assertThat(ServiceAccount.of("system:serviceaccount:team:app")).contains(new ServiceAccount("team", "app"));
        for (String name : List.of(
                "admin",
                "system:node:n1",
                "system:serviceaccount:team",
                "system:serviceaccount:team:",
                "system:serviceaccount:a:b:c")) {
            assertThat(ServiceAccount.of(name)).isEmpty();
        }
    }
}
