package dev.windlass.operator.certificates;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Function;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;

/** Serves who proves itself by a certificate of these authorities, and nobody else. */
public final class SecureServer implements AutoCloseable {
    private final HttpsServer server;

    /** @param answer what is said under the path to whom its certificate names, {@code nobody} where it names none */
    public SecureServer(
            ShownCertificate shown, List<X509Certificate> trusted, String path, Function<String, byte[]> answer)
            throws IOException, GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(new KeyManager[] {shown}, new TrustManager[] {Trust.in(trusted)}, null);
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters wanted = context.getDefaultSSLParameters();
                wanted.setNeedClientAuth(true);
                parameters.setSSLParameters(wanted);
            }
        });
        server.createContext(path, exchange -> {
            try (exchange) {
                byte[] body = answer.apply(caller((HttpsExchange) exchange));
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
            }
        });
        server.start();
    }

    private static String caller(HttpsExchange exchange) throws IOException {
        try {
            return Identity.of((X509Certificate) exchange.getSSLSession().getPeerCertificates()[0])
                    .orElse("nobody");
        } catch (GeneralSecurityException strange) {
            throw new IOException(strange);
        }
    }

    public int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
