package dev.windlass.policy.jwt;

import com.nimbusds.jose.jwk.JWKSet;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;

/** Reads an issuer's public keys over HTTP: little, soon, and from nowhere else than where it was told. */
final class KeySetFetch implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(2);
    private static final Duration ANSWER = Duration.ofSeconds(3);
    /** Hundreds of keys. */
    private static final int MOST_BYTES = 512 * 1024;

    private final HttpClient http = HttpClient.newBuilder()
            .connectTimeout(CONNECT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    JWKSet fetch(URI place) throws IOException {
        var request = HttpRequest.newBuilder(place)
                .timeout(ANSWER)
                .header("accept", "application/json")
                .build();
        try {
            var answer = http.send(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MOST_BYTES));
            if (answer.statusCode() != 200) {
                throw new IOException("expected status 200, got " + answer.statusCode());
            }
            return JWKSet.parse(new String(answer.body(), StandardCharsets.UTF_8))
                    .toPublicJWKSet();
        } catch (ParseException malformed) {
            throw new IOException("expected a JSON Web Key Set, got something else", malformed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", stopped);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
