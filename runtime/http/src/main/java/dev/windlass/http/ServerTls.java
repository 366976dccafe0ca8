package dev.windlass.http;

import io.helidon.common.configurable.Resource;
import io.helidon.common.pki.Keys;
import io.helidon.common.pki.PemReader;
import io.helidon.common.pki.PkiException;
import io.helidon.common.tls.Tls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server's TLS as files have it, looked at again and again: a certificate that is renewed is shown to the next client, and streams that run go
 * on. Files that do not go together are reported, and what was before stays.
 */
final class ServerTls implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ServerTls.class);
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");
    /** With forward secrecy and authenticated, all of them. */
    private static final List<String> CIPHERS = List.of(
            "TLS_AES_128_GCM_SHA256",
            "TLS_AES_256_GCM_SHA384",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    private final TlsFiles files;
    private Contents seen;
    private volatile State state;
    private volatile boolean closed;
    private @Nullable Thread thread;

    private record State(Tls tls, Instant expires) {}

    private ServerTls(TlsFiles files) throws IOException {
        this.files = files;
        this.seen = Contents.read(files);
        this.state = seen.state(files);
    }

    /**
     * Reads the files.
     *
     * @throws UncheckedIOException where one cannot be read
     * @throws IllegalArgumentException where they are not what they should be
     */
    static ServerTls open(TlsFiles files) {
        try {
            return new ServerTls(files);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Tls tls() {
        return state.tls();
    }

    /** The end of the certificate that is shown now. */
    Instant expires() {
        return state.expires();
    }

    /** Looks for changes from now on. */
    void watch(Consumer<Tls> changed) {
        thread = Thread.ofVirtual().name("certificates").start(() -> {
            while (!closed) {
                LockSupport.parkNanos(LOOK.toNanos());
                look(changed);
            }
        });
    }

    private void look(Consumer<Tls> changed) {
        try {
            var contents = Contents.read(files);
            if (!contents.isSame(seen)) {
                seen = contents;
                var next = contents.state(files);
                changed.accept(next.tls());
                state = next;
                LOG.info("{} was read anew; it expires at {}", files.certificate(), next.expires());
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("the certificate stays as it is: {}", e.toString());
        }
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }

    /** What the files say. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Contents(byte[] certificate, byte[] key) {
        static Contents read(TlsFiles files) throws IOException {
            return new Contents(Files.readAllBytes(files.certificate()), Files.readAllBytes(files.key()));
        }

        boolean isSame(Contents other) {
            return Arrays.equals(certificate, other.certificate) && Arrays.equals(key, other.key);
        }

        State state(TlsFiles files) {
            var chain = certificates(certificate, files.certificate());
            var privateKey = privateKey(files.key());
            requirePair(chain.getFirst().getPublicKey(), privateKey, files);
            var tls = Tls.builder()
                    .privateKey(privateKey)
                    .privateKeyCertChain(chain)
                    .enabledProtocols(PROTOCOLS)
                    .enabledCipherSuites(CIPHERS)
                    .applicationProtocols(List.of("http/1.1"));
            return new State(tls.build(), chain.getFirst().getNotAfter().toInstant());
        }

        private static List<X509Certificate> certificates(byte[] pem, Path file) {
            try {
                var found = PemReader.readCertificates(new ByteArrayInputStream(pem));
                if (!found.isEmpty()) {
                    return found;
                }
            } catch (PkiException e) {
                throw new IllegalArgumentException(file + ": expected certificates in PEM, got something else", e);
            }
            throw new IllegalArgumentException(file + ": expected certificates in PEM, got none");
        }

        private PrivateKey privateKey(Path file) {
            try {
                var read = Keys.builder()
                        .pem(pem -> pem.key(Resource.create(file.toString(), new ByteArrayInputStream(key))))
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
    }
}
