package dev.windlass.operator.certificates;

import java.security.GeneralSecurityException;
import java.security.cert.CertificateParsingException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What somebody proves an identity with, and knows others by: the content of a Secret that is mounted.
 *
 * @param bundle PEM of the authorities to trust
 */
record Proof(KeyedCertificate leaf, String bundle) {
    private static final String BUNDLE = "ca.crt";

    /**
     * The proof that there shall be: the one that was found, where nothing is wrong with it.
     *
     * @param found nothing where there is none, or none that can be read
     */
    static Proof of(@Nullable Proof found, Identity identity, Authority authority, Instant now) {
        String bundle = authority.bundle(now);
        boolean isGood = found != null
                && found.proves(identity, authority, now)
                && !found.leaf().isDue(now);
        if (found == null || !isGood) {
            return new Proof(Issuance.of(identity, authority.signer(now), now), bundle);
        }
        // A certificate that is good stays: whoever shows it has no reason to begin anew.
        return found.bundle().equals(bundle) ? found : new Proof(found.leaf(), bundle);
    }

    /** Whether others believe it now. */
    boolean proves(Identity identity, Authority authority, Instant now) {
        try {
            return Identity.of(leaf.certificate()).equals(Optional.of(identity.uri()))
                    && authority.hasSigned(leaf.certificate(), now)
                    && !leaf.isOver(now);
        } catch (CertificateParsingException strange) {
            return false;
        }
    }

    /** @return nothing where the data is no proof of anything */
    static @Nullable Proof read(@Nullable Map<String, String> data) {
        if (data == null || !data.containsKey(CertificateSecret.CERTIFICATE)) {
            return null;
        }
        try {
            return new Proof(
                    KeyedCertificate.read(
                            CertificateSecret.decoded(data.get(CertificateSecret.CERTIFICATE)),
                            CertificateSecret.decoded(data.get(CertificateSecret.KEY))),
                    CertificateSecret.decoded(data.get(BUNDLE)));
        } catch (GeneralSecurityException | IllegalArgumentException broken) {
            return null;
        }
    }

    Map<String, String> data() {
        return Map.of(
                CertificateSecret.CERTIFICATE,
                CertificateSecret.encoded(leaf.certificatePem()),
                CertificateSecret.KEY,
                CertificateSecret.encoded(leaf.keyPem()),
                BUNDLE,
                CertificateSecret.encoded(bundle));
    }

    /** Without the key, which logs must not show. */
    @Override
    public String toString() {
        return leaf.toString();
    }
}
