package dev.windlass.operator.certificates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.windlass.operator.certificates.CertificateSecret.Content;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProofTest {
    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
    private static final Identity MODEL = new Identity.Model("team-a", "qwen");

    private final KeyedCertificate first = Issuance.ofAuthority(NOW);
    private final Authority authority = new Authority(new Content(first, null));

    @Test
    void provesWhoItIsAndNothingElse() throws Exception {
        X509Certificate runtime = proof(MODEL).leaf().certificate();
        X509Certificate gateway = proof(Identity.GATEWAY).leaf().certificate();

        requireChain(runtime, authority, NOW);
        assertThat(Identity.of(runtime)).contains("spiffe://windlass/ns/team-a/llm/qwen");
        assertThat(runtime.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
        assertThat(runtime.getBasicConstraints()).as("no authority").isEqualTo(-1);
        requireChain(gateway, authority, NOW);
        assertThat(Identity.of(gateway)).contains("spiffe://windlass/gateway");
        assertThat(gateway.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.2");
        assertThat(Identity.of(proof(Identity.OPERATOR).leaf().certificate())).contains("spiffe://windlass/operator");
        assertThat(runtime.getSerialNumber()).isNotEqualTo(gateway.getSerialNumber());
        Trust.in(authority.trusted(NOW)).checkServerTrusted(new X509Certificate[] {now(MODEL)}, "ECDHE_ECDSA");
        assertThatThrownBy(() -> Trust.in(authority.trusted(NOW))
                        .checkServerTrusted(new X509Certificate[] {now(Identity.GATEWAY)}, "ECDHE_ECDSA"))
                .isInstanceOf(CertificateException.class);
    }

    @Test
    void whatIsWrittenIsReadAgain() throws Exception {
        for (var one : List.of(first, proof(MODEL).leaf(), Issuance.ofService("metrics", "ns", NOW))) {
            assertThat(KeyedCertificate.read(one.certificatePem(), one.keyPem()))
                    .isEqualTo(one);
        }
    }

    @Test
    void anAuthoritySignsNoOtherAuthority() {
        // A pod that makes its key one of an authority convinces nobody.
        KeyedCertificate leaf = proof(MODEL).leaf();
        KeyedCertificate forged = Issuance.of(Identity.GATEWAY, leaf, NOW);

        assertThat(authority.hasSigned(forged.certificate(), NOW)).isFalse();
        assertThatThrownBy(() ->
                        requireChain(List.of(forged.certificate(), leaf.certificate()), authority.trusted(NOW), NOW))
                .isInstanceOf(CertPathValidatorException.class);
    }

    /** What is made of a Secret that was found. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            0  | good            | same
            59 | good            | same
            61 | good            | another certificate
            91 | good            | another certificate
            0  | none            | another certificate
            0  | of another      | another certificate
            0  | of a stranger   | another certificate
            0  | another bundle  | another bundle
            0  | cannot be read  | another certificate
            0  | mixed keys      | another certificate
            """)
    void isRenewedWhereItHasTo(int days, String what, String expected) {
        Instant now = NOW.plus(Duration.ofDays(days));
        Proof good = proof(MODEL);
        Proof found = Proof.read(found(what, good));

        Proof made = Proof.of(found, MODEL, authority, now);

        assertThat(made.bundle()).isEqualTo(authority.bundle(now));
        assertThat(made.proves(MODEL, authority, now)).isTrue();
        switch (expected) {
            case "same" -> assertThat(made).isEqualTo(good).isEqualTo(found);
            case "another bundle" -> assertThat(made.leaf()).isEqualTo(good.leaf());
            default -> assertThat(made.leaf()).isNotEqualTo(good.leaf());
        }
        assertThat(Proof.of(Proof.read(made.data()), MODEL, authority, now))
                .as("at rest")
                .isEqualTo(made);
    }

    private Map<String, String> found(String what, Proof good) {
        return switch (what) {
            case "none" -> Map.of();
            case "of another" -> proof(new Identity.Model("team-b", "qwen")).data();
            case "of a stranger" ->
                Proof.of(null, MODEL, new Authority(new Content(Issuance.ofAuthority(NOW), null)), NOW)
                        .data();
            case "another bundle" -> new Proof(good.leaf(), "").data();
            case "cannot be read" -> Map.of("tls.crt", "bm8=", "tls.key", "bm8=");
            case "mixed keys" -> {
                var mixed = new HashMap<>(good.data());
                mixed.put("tls.key", proof(MODEL).data().get("tls.key"));
                yield mixed;
            }
            default -> good.data();
        };
    }

    /**
     * Days after the first authority began, which lives 1095 of them: when the second is there, who signs, and whom everybody trusts.
     */
    @ParameterizedTest
    @CsvSource({
        "0,    false, first,  first",
        "729,  false, first,  first",
        "731,  true,  first,  second first",
        "914,  true,  first,  second first",
        "916,  true,  second, second first",
        "1094, true,  second, second first",
        "1096, true,  second, second",
    })
    void anAuthorityHandsOverLongAfterAllHaveHeardOfTheNext(
            int day, boolean isFollowed, String signer, String trusted) {
        Instant now = NOW.plus(Duration.ofDays(day));
        KeyedCertificate second = Issuance.ofAuthority(NOW.plus(Duration.ofDays(730)));
        var names = Map.of(first, "first", second, "second");

        assertThat(first.isDue(now)).isEqualTo(isFollowed);
        var both = isFollowed ? new Authority(new Content(second, first)) : authority;

        assertThat(names.get(both.signer(now))).isEqualTo(signer);
        assertThat(both.trusted(now).stream()
                        .map(one -> one.equals(first.certificate()) ? "first" : "second")
                        .collect(Collectors.joining(" ")))
                .isEqualTo(trusted);
    }

    /** Whoever has only heard of one of the two still believes the other's people, at every moment of a handover. */
    @Test
    void nobodyMeetsACertificateThatTheyCannotCheck() throws Exception {
        Instant renewed = NOW.plus(Duration.ofDays(730));
        var both = new Authority(new Content(Issuance.ofAuthority(renewed), first));
        List<X509Certificate> old = authority.trusted(NOW);
        Proof leaf = Proof.of(null, MODEL, authority, renewed);
        for (int day = 0; day < 360; day++) {
            Instant now = renewed.plus(Duration.ofDays(day));
            leaf = Proof.of(leaf, MODEL, both, now);
            X509Certificate shown = leaf.leaf().certificate();
            requireChain(shown, both, now);
            if (day < 183) {
                // Half a year for who has not been told, as after a long absence of the operator.
                requireChain(List.of(shown), old, now);
            }
        }
    }

    @Test
    void showsNoKeyToWhoLogsIt() {
        Proof proof = proof(MODEL);
        String key = proof.leaf().keyPem();

        assertThat(proof + " " + proof.leaf() + " " + new Content(first, null))
                .contains("windlass-runtime")
                .doesNotContain(Base64.getEncoder()
                        .encodeToString(proof.leaf().key().getEncoded())
                        .substring(0, 20))
                .doesNotContain(key.lines().skip(1).findFirst().orElseThrow());
    }

    private Proof proof(Identity identity) {
        return Proof.of(null, identity, authority, NOW);
    }

    /** Good at the time of the JDK's own checks. */
    private X509Certificate now(Identity identity) {
        return Issuance.of(identity, first, Instant.now()).certificate();
    }

    private static void requireChain(X509Certificate leaf, Authority authority, Instant now)
            throws GeneralSecurityException {
        requireChain(List.of(leaf), authority.trusted(now), now);
    }

    private static void requireChain(List<X509Certificate> chain, List<X509Certificate> anchors, Instant now)
            throws GeneralSecurityException {
        var parameters = new PKIXParameters(
                anchors.stream().map(anchor -> new TrustAnchor(anchor, null)).collect(Collectors.toSet()));
        parameters.setRevocationEnabled(false);
        parameters.setDate(Date.from(now));
        CertPathValidator.getInstance("PKIX")
                .validate(CertificateFactory.getInstance("X.509").generateCertPath(chain), parameters);
    }
}
