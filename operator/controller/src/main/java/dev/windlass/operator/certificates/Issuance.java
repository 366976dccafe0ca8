package dev.windlass.operator.certificates;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/** Makes certificates, each with a new key on the curve P-256. */
public final class Issuance {
    private static final Duration SERVICE_LIFE = Duration.ofDays(365);
    static final Duration AUTHORITY_LIFE = Duration.ofDays(3 * 365);
    static final Duration LEAF_LIFE = Duration.ofDays(90);
    /** Clocks of a cluster differ. */
    private static final Duration BEFORE = Duration.ofHours(1);

    private static final SecureRandom RANDOM = new SecureRandom();

    private Issuance() {}

    /** One that a Service proves itself with, signed by itself, for the names that a cluster calls the Service by. */
    public static KeyedCertificate ofService(String service, String namespace, Instant now) {
        String host = service + "." + namespace;
        GeneralName[] names = Stream.of(service, host, host + ".svc", host + ".svc.cluster.local")
                .map(name -> new GeneralName(GeneralName.dNSName, name))
                .toArray(GeneralName[]::new);
        // The common name has a bound of 64 characters; nobody reads it where there are alternative names.
        return made("CN=windlass-operator-metrics", SERVICE_LIFE, null, now, builder -> {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(
                    Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
            builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
        });
    }

    /** One that signs others, and no other authority. The time in its name keeps it apart from the one before. */
    static KeyedCertificate ofAuthority(Instant now) {
        return made("CN=windlass authority of " + now, AUTHORITY_LIFE, null, now, builder -> {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign));
        });
    }

    /** One that proves an identity, and is good for nothing else. */
    static KeyedCertificate of(Identity identity, KeyedCertificate authority, Instant now) {
        return made("CN=windlass-" + identity.role(), LEAF_LIFE, authority, now, builder -> {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            builder.addExtension(
                    Extension.extendedKeyUsage,
                    false,
                    new ExtendedKeyUsage(
                            identity.isServer() ? KeyPurposeId.id_kp_serverAuth : KeyPurposeId.id_kp_clientAuth));
            builder.addExtension(
                    Extension.subjectAlternativeName,
                    false,
                    new GeneralNames(new GeneralName(GeneralName.uniformResourceIdentifier, identity.uri())));
        });
    }

    @FunctionalInterface
    private interface Extensions {
        void addTo(JcaX509v3CertificateBuilder builder) throws CertIOException;
    }

    private static KeyedCertificate made(
            String subject, Duration life, @Nullable KeyedCertificate authority, Instant now, Extensions extensions) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair keys = generator.generateKeyPair();
            X500Name name = new X500Name(subject);
            X500Name issuer = authority == null
                    ? name
                    : X500Name.getInstance(
                            authority.certificate().getSubjectX500Principal().getEncoded());
            var builder = new JcaX509v3CertificateBuilder(
                    issuer,
                    // Of two that are made in one moment neither may have the other's.
                    new BigInteger(127, RANDOM).add(BigInteger.ONE),
                    Date.from(now.minus(BEFORE)),
                    Date.from(now.plus(life)),
                    name,
                    keys.getPublic());
            var identifiers = new JcaX509ExtensionUtils();
            builder.addExtension(
                    Extension.subjectKeyIdentifier, false, identifiers.createSubjectKeyIdentifier(keys.getPublic()));
            if (authority != null) {
                builder.addExtension(
                        Extension.authorityKeyIdentifier,
                        false,
                        identifiers.createAuthorityKeyIdentifier(authority.certificate()));
            }
            extensions.addTo(builder);
            var signed = builder.build(new JcaContentSignerBuilder("SHA256withECDSA")
                    .build(authority == null ? keys.getPrivate() : authority.key()));
            return new KeyedCertificate(new JcaX509CertificateConverter().getCertificate(signed), keys.getPrivate());
        } catch (GeneralSecurityException | OperatorCreationException | CertIOException impossible) {
            throw new IllegalStateException("every JDK has elliptic curves", impossible);
        }
    }
}
