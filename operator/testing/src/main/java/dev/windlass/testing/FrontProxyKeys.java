package dev.windlass.testing;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** What an API server proves itself with to servers that extend it: an authority, and a certificate that it signed. */
final class FrontProxyKeys {
    static final String NAME = "front-proxy-client";

    private FrontProxyKeys() {}

    /** Writes {@code front-proxy-ca.crt}, {@code front-proxy.crt} and {@code front-proxy.key}. */
    static void write(Path directory) throws IOException {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            KeyPair authority = generator.generateKeyPair();
            KeyPair client = generator.generateKeyPair();
            Files.writeString(
                    directory.resolve("front-proxy-ca.crt"),
                    pem(
                            "CERTIFICATE",
                            signed("front-proxy-ca", authority, authority, true).getEncoded()));
            Files.writeString(
                    directory.resolve("front-proxy.crt"),
                    pem("CERTIFICATE", signed(NAME, client, authority, false).getEncoded()));
            Files.writeString(
                    directory.resolve("front-proxy.key"),
                    pem("PRIVATE KEY", client.getPrivate().getEncoded()));
        } catch (GeneralSecurityException | OperatorCreationException impossible) {
            throw new LinkageError("every JDK has RSA", impossible);
        }
    }

    private static X509CertificateHolder signed(String name, KeyPair keys, KeyPair authority, boolean isAuthority)
            throws OperatorCreationException, IOException {
        Instant now = Instant.now();
        return new JcaX509v3CertificateBuilder(
                        new X500Name("CN=front-proxy-ca"),
                        BigInteger.valueOf(isAuthority ? 1 : 2),
                        Date.from(now.minus(Duration.ofHours(1))),
                        Date.from(now.plus(Duration.ofDays(1))),
                        new X500Name("CN=" + name),
                        keys.getPublic())
                .addExtension(Extension.basicConstraints, true, new BasicConstraints(isAuthority))
                .build(new JcaContentSignerBuilder("SHA256withRSA").build(authority.getPrivate()));
    }

    static String pem(String type, byte[] der) {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN %s-----%n%s%n-----END %s-----%n".formatted(type, text, type);
    }
}
