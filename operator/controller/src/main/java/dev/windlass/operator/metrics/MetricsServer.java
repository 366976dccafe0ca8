package dev.windlass.operator.metrics;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.windlass.operator.certificates.ShownCertificate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers who proves to speak for the API server, over TLS. */
final class MetricsServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MetricsServer.class);

    private final HttpsServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private MetricsServer(HttpsServer server) {
        this.server = server;
    }

    static MetricsServer start(int port, ShownCertificate identity, Callers callers, MetricsApi api) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {identity}, new TrustManager[] {callers}, null);
            // The JDK's: one caller, two kinds of short answers.
            HttpsServer server = HttpsServer.create(new InetSocketAddress(port), 64);
            server.setHttpsConfigurator(new HttpsConfigurator(context) {
                @Override
                public void configure(HttpsParameters parameters) {
                    SSLParameters wanted = context.getDefaultSSLParameters();
                    wanted.setNeedClientAuth(true);
                    parameters.setSSLParameters(wanted);
                }
            });
            server.createContext("/", exchange -> answer(exchange, callers, api));
            var started = new MetricsServer(server);
            server.setExecutor(started.threads);
            server.start();
            return started;
        } catch (IOException problem) {
            throw new UncheckedIOException("port " + port + ": " + problem.getMessage(), problem);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JDK has TLS", impossible);
        }
    }

    private static void answer(HttpExchange exchange, Callers callers, MetricsApi api) throws IOException {
        try (exchange) {
            Answer answer;
            try {
                String caller = ((HttpsExchange) exchange)
                        .getSSLSession()
                        .getPeerPrincipal()
                        .getName();
                answer = callers.allows(caller)
                        ? api.answer(exchange.getRequestMethod(), exchange.getRequestURI())
                        : MetricsApi.refusal(403, "Forbidden", caller + " does not speak for the API server");
            } catch (RuntimeException problem) {
                LOG.warn("metrics of autoscalers, {}", exchange.getRequestURI(), problem);
                answer = MetricsApi.refusal(500, "InternalError", "a mistake in Windlass; its log has more");
            }
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(answer.status(), answer.body().length);
            exchange.getResponseBody().write(answer.body());
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
