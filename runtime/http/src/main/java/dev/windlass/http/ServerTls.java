package dev.windlass.http;

import io.helidon.common.tls.Tls;
import io.helidon.common.tls.TlsConfig;
import io.helidon.common.tls.TlsManager;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.X509KeyManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** A server's TLS as files have it: a certificate that is renewed is shown to the next client, and streams that run go on. */
final class ServerTls implements AutoCloseable {
    private final TlsFileWatch<State> watch;
    private final Tls tls;

    /** @param authorities null where clients are asked for no certificate */
    private record State(
            SSLContext context, Instant expires, @Nullable Authorities authorities) {
        /** Each has a context of its own, so that no session is resumed that began under another. */
        static State of(TlsMaterial material) {
            var believed = material.authorities().isEmpty() ? null : Authorities.of(material.authorities());
            return new State(material.context(believed), material.expires(), believed);
        }
    }

    private ServerTls(TlsFiles files, Duration longestSilence) {
        watch = TlsFileWatch.start(files, State::of);
        var parameters = TlsMaterial.parameters();
        // Probes and scrapes have no certificate.
        parameters.setWantClientAuth(files.authorities() != null);
        var context = new CurrentContext(() -> watch.current().context(), parameters, longestSilence);
        tls = Tls.builder()
                .sslParameters(parameters)
                .manager(new Manager(context))
                .build();
    }

    /**
     * Reads the files.
     *
     * @param longestSilence of a client in its handshake
     * @throws java.io.UncheckedIOException where one cannot be read
     * @throws IllegalArgumentException where they are not what they should be
     */
    static ServerTls open(TlsFiles files, Duration longestSilence) {
        return new ServerTls(files, longestSilence);
    }

    Tls tls() {
        return tls;
    }

    /** The end of the certificate that is shown now. */
    Instant expires() {
        return watch.current().expires();
    }

    /** Who is believed about clients; nobody where they are asked for no certificate. */
    Optional<Authorities> authorities() {
        return Optional.ofNullable(watch.current().authorities());
    }

    @Override
    public void close() {
        watch.close();
    }

    /** Hands Helidon what is renewed without it. */
    private record Manager(SSLContext sslContext) implements TlsManager {
        @Override
        public String name() {
            return "windlass";
        }

        @Override
        public String type() {
            return "windlass";
        }

        @Override
        public void init(TlsConfig config) {
            // All is there.
        }

        @Override
        public void reload(Tls changed) {
            throw new UnsupportedOperationException("the files are watched");
        }

        @Override
        public Optional<X509KeyManager> keyManager() {
            return Optional.empty();
        }

        @Override
        public Optional<X509TrustManager> trustManager() {
            return Optional.empty();
        }
    }
}
