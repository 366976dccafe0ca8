package dev.windlass.http;

import io.helidon.common.configurable.Resource;
import io.helidon.common.pki.Keys;
import io.helidon.common.pki.PemReader;
import io.helidon.common.pki.PkiException;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * What files of TLS say, once it is certain that they belong together.
 *
 * @param chain the own certificate first
 * @param authorities who signs the other side's; empty asks for none
 */
public record TlsMaterial(List<X509Certificate> chain, PrivateKey key, List<X509Certificate> authorities) {
    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

    /** With forward secrecy and authenticated, all of them. */
    private static final String[] CIPHERS = {
        "TLS_AES_128_GCM_SHA256",
        "TLS_AES_256_GCM_SHA384",
        "TLS_CHACHA20_POLY1305_SHA256",
        "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
        "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
        "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
        "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
        "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"
    };

    public TlsMaterial {
        chain = List.copyOf(chain);
        authorities = List.copyOf(authorities);
    }

    /** The end of the own certificate. */
    public Instant expires() {
        return chain.getFirst().getNotAfter().toInstant();
    }

    /** What connections of both sides agree on; hosts' names are not looked at. */
    public static SSLParameters parameters() {
        var parameters = new SSLParameters(CIPHERS, PROTOCOLS);
        parameters.setApplicationProtocols(new String[] {"http/1.1"});
        return parameters;
    }

    /**
     * A context of its own, with sessions of its own, that shows this certificate.
     *
     * @param believed about the other side; null believes nobody
     */
    public SSLContext context(@Nullable Authorities believed) {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(
                    new KeyManager[] {new OneCertificate(this)},
                    believed == null ? new TrustManager[0] : new TrustManager[] {believed.trust()},
                    null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("no TLS with %s: %s".formatted(this, e.getMessage()), e);
        }
    }

    /**
     * Reads what was in files.
     *
     * @throws IllegalArgumentException where it is not what it should be
     */
    static TlsMaterial parse(TlsFiles files, byte[] certificate, byte[] key, byte @Nullable [] authorities) {
        var chain = certificates(certificate, files.certificate());
        var privateKey = privateKey(key, files.key());
        requirePair(chain.getFirst().getPublicKey(), privateKey, files);
        return new TlsMaterial(
                chain,
                privateKey,
                authorities == null
                        ? List.of()
                        : certificates(authorities, Objects.requireNonNull(files.authorities())));
    }

    private static List<X509Certificate> certificates(byte[] pem, Path file) {
        try {
            return PemReader.readCertificates(new ByteArrayInputStream(pem));
        } catch (PkiException e) {
            throw new IllegalArgumentException(file + ": expected certificates in PEM, got something else", e);
        }
    }

    private static PrivateKey privateKey(byte[] text, Path file) {
        try {
            var read = Keys.builder()
                    .pem(pem -> pem.key(Resource.create(file.toString(), new ByteArrayInputStream(text))))
                    .build()
                    .privateKey();
            if (read.isPresent()) {
                return read.get();
            }
        } catch (PkiException | UnsupportedOperationException e) {
            throw unusable(file, e);
        }
        throw unusable(file, null);
    }

    private static IllegalArgumentException unusable(Path file, @Nullable Throwable cause) {
        return new IllegalArgumentException(
                file + ": expected an RSA or EC key in PEM without a passphrase, in PKCS #8"
                        + " (openssl pkcs8 -topk8 -nocrypt makes it) or PKCS #1",
                cause);
    }

    /** Where files are replaced one by one, there is a moment when they are of two pairs. */
    private static void requirePair(PublicKey certified, PrivateKey key, TlsFiles files) {
        try {
            var signature =
                    Signature.getInstance(key.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA");
            byte[] text = "windlass".getBytes(StandardCharsets.US_ASCII);
            signature.initSign(key);
            signature.update(text);
            byte[] signed = signature.sign();
            signature.initVerify(certified);
            signature.update(text);
            if (signature.verify(signed)) {
                return;
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    "%s: expected the key of %s, got another".formatted(files.key(), files.certificate()), e);
        }
        throw new IllegalArgumentException(
                "%s: expected the key of %s, got another".formatted(files.key(), files.certificate()));
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "TlsMaterial[" + chain.getFirst().getSubjectX500Principal() + "]";
    }
}
