package dev.windlass.testing;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** An authority of certificates between gateways and runtimes. */
public final class TestAuthority {
    private static final Duration LONG = Duration.ofDays(10);

    private final X500Name name;
    private final KeyPair keys = pair();
    private final X509Certificate certificate;
    private final AtomicInteger serial = new AtomicInteger(100);

    public TestAuthority(String name) {
        this.name = new X500Name("CN=" + name);
        this.certificate = sign(this.name, keys, 1, LONG, true, new String[0]);
    }

    /** A certificate and its key. */
    public record Leaf(X509Certificate certificate, KeyPair keys) {}

    public X509Certificate certificate() {
        return certificate;
    }

    /** For these URIs, and this machine. */
    public Leaf leaf(String... uris) {
        return leaf(LONG, uris);
    }

    /** One that ends in so long; less than zero makes one that has. */
    public Leaf leaf(Duration left, String... uris) {
        var own = pair();
        return new Leaf(sign(new X500Name("CN=leaf"), own, serial.incrementAndGet(), left, false, uris), own);
    }

    /** Writes a leaf and those who are believed as a kubelet mounts a Secret: all files change by one link. */
    public static void mount(Path folder, Leaf leaf, TestAuthority... believed) {
        try {
            Files.createDirectories(folder);
            Path data = Files.createTempDirectory(folder, "..data_");
            Files.writeString(
                    data.resolve("tls.crt"),
                    pem("CERTIFICATE", leaf.certificate().getEncoded()));
            Files.writeString(
                    data.resolve("tls.key"),
                    pem("PRIVATE KEY", leaf.keys().getPrivate().getEncoded()));
            var authorities = new StringBuilder();
            for (var authority : believed) {
                authorities.append(pem("CERTIFICATE", authority.certificate.getEncoded()));
            }
            Files.writeString(data.resolve("ca.crt"), authorities.toString());
            Path link = folder.resolve("..data");
            Path next = folder.resolve("..data_tmp");
            Files.createSymbolicLink(next, data.getFileName());
            Files.move(next, link, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            for (String file : new String[] {"tls.crt", "tls.key", "ca.crt"}) {
                if (!Files.isSymbolicLink(folder.resolve(file))) {
                    Files.createSymbolicLink(folder.resolve(file), Path.of("..data", file));
                }
            }
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private X509Certificate sign(
            X500Name subject, KeyPair of, int number, Duration left, boolean isAuthority, String[] uris) {
        var now = Instant.now();
        try {
            var builder = new JcaX509v3CertificateBuilder(
                            name,
                            BigInteger.valueOf(number),
                            Date.from(now.minus(Duration.ofDays(20))),
                            Date.from(now.plus(left)),
                            subject,
                            of.getPublic())
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(isAuthority));
            var names = Stream.concat(
                    Stream.of(new GeneralName(GeneralName.iPAddress, "127.0.0.1")),
                    Arrays.stream(uris).map(uri -> new GeneralName(GeneralName.uniformResourceIdentifier, uri)));
            builder.addExtension(
                    Extension.subjectAlternativeName, false, new GeneralNames(names.toArray(GeneralName[]::new)));
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
        } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyPair pair() {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new LinkageError("every JDK has EC", e);
        }
    }

    private static String pem(String type, byte[] der) {
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
                .formatted(type, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der), type);
    }
}
