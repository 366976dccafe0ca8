package dev.windlass.operator.metrics;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * What the metrics' Service proves itself with: signed by itself, and trusted since the APIService carries it, so that no key of an
 * authority has to be kept anywhere.
 */
record ServingCertificate(X509Certificate certificate, PrivateKey key) {
    private static final Duration LIFE = Duration.ofDays(365);
    /** Clocks of a cluster differ. */
    private static final Duration BEFORE = Duration.ofHours(1);

    /** A new one for the names that a cluster calls a Service by. */
    static ServingCertificate make(String service, String namespace, Instant now) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair keys = generator.generateKeyPair();
            String host = service + "." + namespace;
            // The common name has a bound of 64 characters; nobody reads it where there are alternative names.
            var subject = new X500Name("CN=windlass-operator-metrics");
            var builder = new JcaX509v3CertificateBuilder(
                    subject,
                    BigInteger.valueOf(now.toEpochMilli()),
                    Date.from(now.minus(BEFORE)),
                    Date.from(now.plus(LIFE)),
                    subject,
                    keys.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(
                    Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
            builder.addExtension(
                    Extension.subjectAlternativeName,
                    false,
                    new GeneralNames(Stream.of(service, host, host + ".svc", host + ".svc.cluster.local")
                            .map(name -> new GeneralName(GeneralName.dNSName, name))
                            .toArray(GeneralName[]::new)));
            var signed = builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate()));
            return new ServingCertificate(new JcaX509CertificateConverter().getCertificate(signed), keys.getPrivate());
        } catch (GeneralSecurityException | OperatorCreationException | CertIOException impossible) {
            throw new IllegalStateException("every JDK has elliptic curves", impossible);
        }
    }

    /**
     * Reads one.
     *
     * @param certificate PEM
     * @param key PEM of PKCS 8
     * @throws GeneralSecurityException where one is no such thing
     */
    static ServingCertificate read(String certificate, String key) throws GeneralSecurityException {
        List<X509Certificate> found = certificates(certificate);
        if (found.isEmpty()) {
            throw new GeneralSecurityException("expected a certificate, found none");
        }
        try {
            byte[] der = Base64.getMimeDecoder().decode(key.replaceAll("-----[A-Z ]+-----", ""));
            return new ServingCertificate(
                    found.getFirst(), KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der)));
        } catch (IllegalArgumentException malformed) {
            throw new GeneralSecurityException("expected a key in PEM", malformed);
        }
    }

    /** All certificates of a PEM text, in its order. */
    static List<X509Certificate> certificates(String pem) throws GeneralSecurityException {
        var found = new ArrayList<X509Certificate>();
        for (var one : CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)))) {
            found.add((X509Certificate) one);
        }
        return found;
    }

    /** Whether less than a third of its life is left. */
    boolean isDue(Instant now) {
        return certificate.getNotAfter().toInstant().isBefore(now.plus(LIFE.dividedBy(3)));
    }

    boolean isOver(Instant now) {
        return certificate.getNotAfter().toInstant().isBefore(now);
    }

    String certificatePem() {
        try {
            return pem("CERTIFICATE", certificate.getEncoded());
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("a certificate that was read or made", impossible);
        }
    }

    String keyPem() {
        return pem("PRIVATE KEY", key.getEncoded());
    }

    static String pem(String type, byte[] der) {
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
                .formatted(type, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der), type);
    }

    /** Without the key, which logs must not show. */
    @Override
    public String toString() {
        return "ServingCertificate[until " + certificate.getNotAfter().toInstant() + "]";
    }
}
