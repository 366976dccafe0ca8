package dev.windlass.operator.certificates;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** A certificate and the key that it is of, on an elliptic curve. */
public record KeyedCertificate(X509Certificate certificate, PrivateKey key) {
    /**
     * Reads one.
     *
     * @param certificate PEM
     * @param key PEM of PKCS 8
     * @throws GeneralSecurityException where one is no such thing, or the two do not belong together
     */
    public static KeyedCertificate read(String certificate, String key) throws GeneralSecurityException {
        List<X509Certificate> found = certificates(certificate);
        if (found.isEmpty()) {
            throw new GeneralSecurityException("expected a certificate, found none");
        }
        try {
            byte[] der = Base64.getMimeDecoder().decode(key.replaceAll("-----[A-Z ]+-----", ""));
            var read = new KeyedCertificate(
                    found.getFirst(), KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der)));
            read.requireOneKey();
            return read;
        } catch (IllegalArgumentException malformed) {
            throw new GeneralSecurityException("expected a key in PEM", malformed);
        }
    }

    private void requireOneKey() throws GeneralSecurityException {
        byte[] text = {1, 2, 3};
        Signature signing = Signature.getInstance("SHA256withECDSA");
        signing.initSign(key);
        signing.update(text);
        byte[] signed = signing.sign();
        // By the key alone: an authority's is good for certificates and not for this.
        signing.initVerify(certificate.getPublicKey());
        signing.update(text);
        if (!signing.verify(signed)) {
            throw new GeneralSecurityException("expected the key of the certificate, found another");
        }
    }

    /** All certificates of a PEM text, in its order. */
    public static List<X509Certificate> certificates(String pem) throws GeneralSecurityException {
        var found = new ArrayList<X509Certificate>();
        for (var one : CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)))) {
            found.add((X509Certificate) one);
        }
        return found;
    }

    /** Whether less than a third of its life is left. */
    public boolean isDue(Instant now) {
        Instant begin = certificate.getNotBefore().toInstant();
        Duration life = Duration.between(begin, end());
        return end().isBefore(now.plus(life.dividedBy(3)));
    }

    public boolean isOver(Instant now) {
        return end().isBefore(now);
    }

    /** Until when it is good. */
    public Instant end() {
        return certificate.getNotAfter().toInstant();
    }

    public String certificatePem() {
        try {
            return pem("CERTIFICATE", certificate.getEncoded());
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("a certificate that was read or made", impossible);
        }
    }

    String keyPem() {
        return pem("PRIVATE KEY", key.getEncoded());
    }

    public static String pem(String type, byte[] der) {
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
                .formatted(type, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der), type);
    }

    /** Without the key, which logs must not show. */
    @Override
    public String toString() {
        return "%s until %s".formatted(certificate.getSubjectX500Principal().getName(), end());
    }
}
