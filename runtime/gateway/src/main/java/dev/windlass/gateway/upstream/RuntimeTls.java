package dev.windlass.gateway.upstream;

import dev.windlass.gateway.route.Endpoint;
import dev.windlass.gateway.upstream.UpstreamException.Kind;
import dev.windlass.http.Authorities;
import dev.windlass.http.Identity;
import dev.windlass.http.TlsFileWatch;
import dev.windlass.http.TlsFiles;
import dev.windlass.http.TlsMaterial;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * What a gateway shows runtimes, and whom it believes about them. A runtime must have a certificate of an authority that is believed, for the
 * deployment whose requests it is to get: so that no pod can pose as one of another namespace, whatever address it came by.
 */
public final class RuntimeTls implements AutoCloseable {
    /** Without a certificate: endpoints with TLS are of no use. */
    public static final RuntimeTls NONE = new RuntimeTls(null, false);

    private static final Duration LONGEST_SESSION = Duration.ofHours(1);

    private final @Nullable TlsFileWatch<State> watch;
    private final boolean isRequired;

    /** What the files said at one time. Connections begun under another are used no more. */
    record State(SSLContext context, Instant expires) {
        static State of(TlsMaterial material) {
            var own = material.chain().getFirst();
            if (!Identity.of(own).equals(Optional.of(Identity.GATEWAY))) {
                throw new IllegalArgumentException(
                        "the certificate for runtimes: expected one for %s among its subject alternative names, got %s"
                                .formatted(Identity.GATEWAY, Identity.describe(own)));
            }
            var context = material.context(Authorities.of(material.authorities()));
            context.getClientSessionContext().setSessionTimeout(Math.toIntExact(LONGEST_SESSION.toSeconds()));
            return new State(context, material.expires());
        }
    }

    private RuntimeTls(@Nullable TlsFileWatch<State> watch, boolean isRequired) {
        this.watch = watch;
        this.isRequired = isRequired;
    }

    /**
     * Reads {@code tls.crt}, {@code tls.key} and {@code ca.crt}, and goes on to look for changes.
     *
     * @param isRequired whether endpoints without TLS are out of use
     * @throws java.io.UncheckedIOException where one cannot be read
     * @throws IllegalArgumentException where they are not what they should be
     */
    public static RuntimeTls open(Path folder, boolean isRequired) {
        return new RuntimeTls(TlsFileWatch.start(TlsFiles.in(folder), State::of), isRequired);
    }

    /** Why an endpoint must not be used, before anything is sent there. */
    public Optional<String> objection(Endpoint endpoint) {
        if (endpoint.owner() != null && watch == null) {
            return Optional.of("it wants TLS, and this gateway was given no certificate (--runtime-tls)");
        }
        if (endpoint.owner() == null && isRequired) {
            return Optional.of("it speaks without TLS, and only TLS is to be used (--runtime-tls-required)");
        }
        return Optional.empty();
    }

    /** The end of the certificate that runtimes are shown now; empty without. */
    public Optional<Instant> expires() {
        return watch == null ? Optional.empty() : Optional.of(watch.current().expires());
    }

    /** What a connection that begins now begins under. */
    @Nullable
    State state() {
        return watch == null ? null : watch.current();
    }

    /**
     * Makes a connection secure, and sure of who is at its end.
     *
     * @throws UpstreamException where that cannot be believed
     * @throws IOException where the connection ended meanwhile, which proves nothing
     */
    static SSLSocket secure(Socket socket, Endpoint endpoint, Identity expected, State state) throws IOException {
        try {
            var secure = (SSLSocket)
                    state.context().getSocketFactory().createSocket(socket, endpoint.host(), endpoint.port(), true);
            secure.setSSLParameters(TlsMaterial.parameters());
            secure.startHandshake();
            requireOwner(secure, endpoint, expected);
            return secure;
        } catch (SSLException e) {
            if (e.getCause() instanceof EOFException || e.getCause() instanceof SocketException) {
                throw e;
            }
            throw untrusted(endpoint, "no handshake of TLS: " + e.getMessage(), e);
        }
    }

    private static void requireOwner(SSLSocket secure, Endpoint endpoint, Identity expected) throws IOException {
        var certificate = (X509Certificate) secure.getSession().getPeerCertificates()[0];
        var found = Identity.of(certificate);
        if (!found.equals(Optional.of(expected))) {
            throw untrusted(
                    endpoint,
                    "expected a certificate for %s, got one of %s".formatted(expected, Identity.describe(certificate)),
                    null);
        }
        try {
            // A session that is resumed was checked when it began.
            certificate.checkValidity();
        } catch (CertificateException e) {
            throw untrusted(endpoint, "its certificate: " + e.getMessage(), e);
        }
    }

    static UpstreamException untrusted(Endpoint endpoint, String problem, @Nullable Throwable cause) {
        return new UpstreamException(
                Kind.Untrusted, "%s is not used: %s".formatted(endpoint.address(), problem), cause);
    }

    @Override
    public void close() {
        if (watch != null) {
            watch.close();
        }
    }
}
