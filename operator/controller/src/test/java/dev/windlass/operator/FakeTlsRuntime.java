package dev.windlass.operator;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.windlass.operator.certificates.Identity;
import dev.windlass.operator.certificates.KeyedCertificate;
import dev.windlass.operator.certificates.ShownCertificate;
import dev.windlass.operator.certificates.Trust;
import io.fabric8.kubernetes.api.model.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;

/** A pod that has its model's Secret mounted, loads, and wants to know of everybody who asks. */
final class FakeTlsRuntime implements AutoCloseable {
    private static final byte[] LOADING = """
            {"phase":"Downloading","model":"m","done_bytes":50,"total_bytes":100,
             "bytes_per_second":7,"remaining_seconds":9}""".getBytes(StandardCharsets.UTF_8);

    private final HttpsServer server;
    private final Set<String> callers = ConcurrentHashMap.newKeySet();

    FakeTlsRuntime(Secret mounted) throws IOException, GeneralSecurityException {
        var shown = new ShownCertificate();
        shown.show(KeyedCertificate.read(file(mounted, "tls.crt"), file(mounted, "tls.key")));
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(
                new KeyManager[] {shown},
                new TrustManager[] {Trust.in(KeyedCertificate.certificates(file(mounted, "ca.crt")))},
                null);
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters wanted = context.getDefaultSSLParameters();
                wanted.setNeedClientAuth(true);
                parameters.setSSLParameters(wanted);
            }
        });
        server.createContext("/health/loading", exchange -> {
            try (exchange) {
                callers.add(caller((HttpsExchange) exchange));
                exchange.sendResponseHeaders(200, LOADING.length);
                exchange.getResponseBody().write(LOADING);
            }
        });
        server.start();
    }

    private static String file(Secret mounted, String name) {
        return new String(Base64.getDecoder().decode(mounted.getData().get(name)), StandardCharsets.US_ASCII);
    }

    private static String caller(HttpsExchange exchange) throws IOException {
        try {
            return Identity.of((X509Certificate) exchange.getSSLSession().getPeerCertificates()[0])
                    .orElse("nobody");
        } catch (GeneralSecurityException strange) {
            throw new IOException(strange);
        }
    }

    String address() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    Set<String> callers() {
        return callers;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
