package dev.windlass.policy.jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import dev.windlass.api.AuthSpec;
import dev.windlass.http.ApiException;
import dev.windlass.policy.access.Identity;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tokens that are good, and the many ways in which they are not. */
class JwtAuthenticatorTest {
    private static final Instant NOW = Instant.parse("2027-01-01T00:00:00Z");
    private static RSAKey rsa;
    private static RSAKey stranger;
    private static ECKey ec;

    private final AtomicInteger fetches = new AtomicInteger();
    private volatile Instant now = NOW;
    private volatile JWKSet published;
    private volatile boolean isDown;
    private HttpServer issuer;
    private JwtAuthenticator authenticator;

    @BeforeAll
    static void keys() throws Exception {
        rsa = new RSAKeyGenerator(2048).keyID("rsa").generate();
        stranger = new RSAKeyGenerator(2048).keyID("rsa").generate();
        ec = new ECKeyGenerator(Curve.P_256).keyID("ec").generate();
    }

    @BeforeEach
    void start() throws Exception {
        published = new JWKSet(List.<JWK>of(rsa, ec)).toPublicJWKSet();
        issuer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        issuer.createContext("/keys", exchange -> {
            fetches.incrementAndGet();
            byte[] body = published.toString().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(isDown ? 500 : 200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        issuer.start();
        authenticator = new JwtAuthenticator(() -> now);
    }

    @AfterEach
    void stop() {
        authenticator.close();
        issuer.stop(0);
    }

    private AuthSpec spec(String audience, String modelsClaim) {
        String place = "http://127.0.0.1:" + issuer.getAddress().getPort() + "/keys";
        return new AuthSpec(
                AuthSpec.Mode.Jwt, null, new AuthSpec.Jwt("https://issuer", place, audience, "sub", modelsClaim));
    }

    private Identity identify(String token) {
        return authenticator.identify(token, "team", spec("windlass", ""));
    }

    private int refusal(String token) {
        return catchThrowableOfType(ApiException.class, () -> identify(token)).status();
    }

    private static JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder()
                .issuer("https://issuer")
                .audience("windlass")
                .subject("alice")
                .expirationTime(Date.from(NOW.plus(Duration.ofHours(2))));
    }

    private static String signed(JWSAlgorithm algorithm, String kid, JWSSigner signer, JWTClaimsSet claims)
            throws Exception {
        var token = new SignedJWT(
                new JWSHeader.Builder(algorithm)
                        .keyID(kid)
                        .type(JOSEObjectType.JWT)
                        .build(),
                claims);
        token.sign(signer);
        return token.serialize();
    }

    private static String token(JWTClaimsSet claims) throws Exception {
        return signed(JWSAlgorithm.RS256, "rsa", new RSASSASigner(rsa), claims);
    }

    @Test
    void aGoodTokenSaysWhoAsks() throws Exception {
        assertThat(identify(token(claims().build())).caller().id()).isEqualTo("alice");
        assertThat(identify(signed(JWSAlgorithm.PS384, "rsa", new RSASSASigner(rsa), claims().build()))
                        .caller()
                        .id())
                .isEqualTo("alice");
        assertThat(identify(signed(JWSAlgorithm.ES256, "ec", new ECDSASigner(ec), claims().build()))
                        .caller()
                        .id())
                .isEqualTo("alice");
        assertThat(fetches).hasValue(1);
    }

    @Test
    void aForgedTokenIsRefused() throws Exception {
        String good = token(claims().build());
        String[] parts = good.split("\\.", -1);
        String other = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(claims().subject("root").build().toString().getBytes(StandardCharsets.UTF_8));
        assertThat(refusal(parts[0] + "." + other + "." + parts[2])).isEqualTo(401);
        assertThat(refusal(parts[0] + "." + parts[1] + ".")).isEqualTo(401);
        assertThat(refusal(signed(JWSAlgorithm.RS256, "rsa", new RSASSASigner(stranger), claims().build())))
                .isEqualTo(401);
        assertThat(refusal("nonsense")).isEqualTo(401);
        assertThat(refusal("a.b.c")).isEqualTo(401);
    }

    @Test
    void anUnsignedTokenIsRefused() throws Exception {
        assertThat(refusal(new PlainJWT(claims().build()).serialize())).isEqualTo(401);
    }

    @Test
    void thePublicKeyIsNoSecretToSignWith() throws Exception {
        for (byte[] secret : List.of(
                rsa.toRSAPublicKey().getEncoded(),
                rsa.toPublicJWK().toJSONString().getBytes(StandardCharsets.UTF_8),
                rsa.getModulus().decode())) {
            assertThat(refusal(signed(JWSAlgorithm.HS256, "rsa", new MACSigner(secret), claims().build())))
                    .isEqualTo(401);
        }
    }

    @Test
    void aKeyThatTheTokenBringsItselfIsNotBelieved() throws Exception {
        var header = new JWSHeader.Builder(JWSAlgorithm.RS256)
                .keyID("rsa")
                .jwk(stranger.toPublicJWK())
                .jwkURL(URI.create("http://127.0.0.1:" + issuer.getAddress().getPort() + "/evil"))
                .build();
        var token = new SignedJWT(header, claims().build());
        token.sign(new RSASSASigner(stranger));
        assertThat(refusal(token.serialize())).isEqualTo(401);
    }

    @Test
    void timeCountsWithAMinuteOfTolerance() throws Exception {
        String expiring = token(claims().expirationTime(Date.from(NOW)).build());
        now = NOW.plusSeconds(59);
        identify(expiring);
        now = NOW.plusSeconds(61);
        assertThat(refusal(expiring)).isEqualTo(401);
        now = NOW;
        String early =
                token(claims().notBeforeTime(Date.from(NOW.plusSeconds(61))).build());
        assertThat(refusal(early)).isEqualTo(401);
        now = NOW.plusSeconds(2);
        identify(early);
        assertThat(refusal(token(claims().expirationTime(null).build()))).isEqualTo(401);
    }

    @Test
    void issuerAudienceAndSubjectAreAsked() throws Exception {
        assertThat(refusal(token(claims().issuer("https://other").build()))).isEqualTo(401);
        assertThat(refusal(token(claims().issuer(null).build()))).isEqualTo(401);
        assertThat(refusal(token(claims().audience("another").build()))).isEqualTo(401);
        assertThat(refusal(token(claims().audience((String) null).build()))).isEqualTo(401);
        assertThat(refusal(token(claims().subject(null).build()))).isEqualTo(401);
        assertThat(authenticator
                        .identify(token(claims().audience("another").build()), "team", spec("", ""))
                        .caller()
                        .id())
                .isEqualTo("alice");
    }

    @Test
    void aClaimSaysWhichModelsATokenIsFor() throws Exception {
        var spec = spec("windlass", "models");
        var some = authenticator.identify(
                token(claims().claim("models", List.of("a", "b")).build()), "team", spec);
        assertThat(some.mayUse("a")).isTrue();
        assertThat(some.mayUse("c")).isFalse();
        assertThat(authenticator
                        .identify(token(claims().claim("models", "c d").build()), "team", spec)
                        .mayUse("d"))
                .isTrue();
        for (Object odd : new Object[] {null, List.of(), "", 7}) {
            String token = token(claims().claim("models", odd).build());
            assertThat(catchThrowableOfType(ApiException.class, () -> authenticator.identify(token, "team", spec))
                            .status())
                    .isEqualTo(401);
        }
    }

    @Test
    void aStormOfUnknownKeysFetchesOnceInAnInterval() throws Exception {
        identify(token(claims().build()));
        assertThat(fetches).hasValue(1);
        for (int interval = 0; interval < 3; interval++) {
            now = NOW.plus(KeySetCache.INTERVAL.multipliedBy(interval + 1L));
            int before = fetches.get();
            try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Future<Integer>> refusals = new ArrayList<>();
                for (int i = 0; i < 100; i++) {
                    String token = signed(JWSAlgorithm.ES256, "unknown-" + i, new ECDSASigner(ec), claims().build());
                    refusals.add(clients.submit(() -> refusal(token)));
                }
                for (var refused : refusals) {
                    assertThat(refused.get()).isEqualTo(401);
                }
            }
            assertThat(fetches.get() - before).isEqualTo(1);
        }
    }

    @Test
    void aNewKeyIsFoundWhenATokenHasIt() throws Exception {
        identify(token(claims().build()));
        var next = new ECKeyGenerator(Curve.P_256).keyID("next").generate();
        published = new JWKSet(List.<JWK>of(next)).toPublicJWKSet();
        now = NOW.plus(KeySetCache.INTERVAL);
        String token = signed(JWSAlgorithm.ES256, "next", new ECDSASigner(next), claims().build());
        assertThat(identify(token).caller().id()).isEqualTo("alice");
        // The old one is gone from the issuer, so that it counts no longer.
        assertThat(refusal(token(claims().build()))).isEqualTo(401);
    }

    @Test
    void anIssuerThatCannotBeReachedLetsTheKnownInForAnHour() throws Exception {
        String token = token(claims().build());
        isDown = true;
        assertThat(refusal(token)).isEqualTo(503);
        isDown = false;
        assertThat(refusal(token)).isEqualTo(503);
        now = NOW.plus(KeySetCache.RETRY);
        identify(token);
        isDown = true;
        now = NOW.plus(KeySetCache.LONGEST);
        identify(token);
        now = NOW.plus(KeySetCache.LONGEST).plus(KeySetCache.FRESH);
        assertThat(refusal(token)).isEqualTo(503);
    }
}
