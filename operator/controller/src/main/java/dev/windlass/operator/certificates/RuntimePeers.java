package dev.windlass.operator.certificates;

import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * How the operator speaks to pods of models that speak TLS: it proves itself, and a pod has to prove that it is of the resource that is
 * expected at its address. A name of a host proves nothing, and is not looked at.
 */
public final class RuntimePeers {
    private static final int MOST = 100_000;

    private final ShownCertificate own = new ShownCertificate();
    /** Who is expected, by host and port. */
    private final Map<String, String> expected = new ConcurrentHashMap<>();

    private volatile @Nullable Trusted trusted;

    private record Trusted(List<X509Certificate> authorities, X509TrustManager manager) {}

    void prove(KeyedCertificate certificate) {
        own.show(certificate);
    }

    @Nullable
    KeyedCertificate own() {
        return own.current();
    }

    void trust(List<X509Certificate> authorities) throws GeneralSecurityException {
        Trusted known = trusted;
        if (known == null || !known.authorities().equals(authorities)) {
            trusted = new Trusted(List.copyOf(authorities), Trust.in(authorities));
        }
    }

    /** A client for pods, of both kinds. To be closed by whoever builds it. */
    public HttpClient.Builder client() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {own}, new TrustManager[] {new Checks()}, null);
            return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).sslContext(context);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JDK has TLS", impossible);
        }
    }

    /**
     * From now on the pods of that resource are expected at an address, and nobody else.
     *
     * @return the address
     */
    public URI expect(URI address, String namespace, String name) {
        if ("https".equals(address.getScheme())) {
            if (expected.size() > MOST) {
                // Of pods that are gone, most of them; whoever is asked again is expected again.
                expected.clear();
            }
            expected.put(key(address.getHost(), address.getPort()), new Identity.Model(namespace, name).uri());
        }
        return address;
    }

    private static String key(String host, int port) {
        return host.replace("[", "").replace("]", "") + " " + port;
    }

    private void check(X509Certificate[] chain, String type, String host, int port) throws CertificateException {
        Trusted known = trusted;
        if (known == null) {
            throw new CertificateException("no authority is known yet that signs for pods");
        }
        known.manager().checkServerTrusted(chain, type);
        Optional<String> found = Identity.of(chain[0]);
        String wanted = expected.get(key(host, port));
        if (wanted == null || !found.equals(Optional.of(wanted))) {
            throw new CertificateException(
                    "%s:%d: expected %s, found %s".formatted(host, port, wanted, found.orElse("no identity")));
        }
    }

    private final class Checks extends X509ExtendedTrustManager {
        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            check(chain, type, engine.getPeerHost(), engine.getPeerPort());
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            throw new CertificateException("only clients that say where they connect to");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            throw new CertificateException("only clients that say where they connect to");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
            throw new CertificateException("this is a client");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            throw new CertificateException("this is a client");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            throw new CertificateException("this is a client");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
