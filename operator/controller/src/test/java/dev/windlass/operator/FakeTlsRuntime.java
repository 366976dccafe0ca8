package dev.windlass.operator;

import dev.windlass.operator.certificates.KeyedCertificate;
import dev.windlass.operator.certificates.SecureServer;
import dev.windlass.operator.certificates.ShownCertificate;
import io.fabric8.kubernetes.api.model.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A pod that has its model's Secret mounted, loads, and wants to know of everybody who asks. */
final class FakeTlsRuntime implements AutoCloseable {
    private static final byte[] LOADING = """
            {"phase":"Downloading","model":"m","done_bytes":50,"total_bytes":100,
             "bytes_per_second":7,"remaining_seconds":9}""".getBytes(StandardCharsets.UTF_8);

    private final SecureServer server;
    private final Set<String> callers = ConcurrentHashMap.newKeySet();

    FakeTlsRuntime(Secret mounted) throws IOException, GeneralSecurityException {
        var shown = new ShownCertificate();
        shown.show(KeyedCertificate.read(file(mounted, "tls.crt"), file(mounted, "tls.key")));
        server = new SecureServer(
                shown, KeyedCertificate.certificates(file(mounted, "ca.crt")), "/health/loading", caller -> {
                    callers.add(caller);
                    return LOADING;
                });
    }

    private static String file(Secret mounted, String name) {
        return new String(Base64.getDecoder().decode(mounted.getData().get(name)), StandardCharsets.US_ASCII);
    }

    String address() {
        return "127.0.0.1:" + server.port();
    }

    Set<String> callers() {
        return callers;
    }

    @Override
    public void close() {
        server.close();
    }
}
