package dev.windlass.model.source;

import dev.windlass.model.source.SourceException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Requests over HTTP: follows redirects itself, so that a token never reaches another host, and names what failed. */
final class HttpTransport implements AutoCloseable {
    private static final int MOST_REDIRECTS = 5;
    private static final Duration CONNECT = Duration.ofSeconds(15);

    private final HttpClient client = HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT)
            .build();
    private final Object where;
    private final Credentials credentials;
    private final RetryPolicy policy;

    /** @param where the source, for messages */
    HttpTransport(Object where, Credentials credentials, RetryPolicy policy) {
        this.where = where;
        this.credentials = credentials;
        this.policy = policy;
    }

    /** An answer; the names of its headers are in lower case. */
    record Answer(int status, InputStream body, Map<String, String> headers) {
        Optional<String> header(String name) {
            return Optional.ofNullable(headers.get(name));
        }
    }

    /**
     * Sends one request.
     *
     * @return an answer of status 200, 206 or 404
     * @throws RetryPolicy.Transient when it is worth trying again
     */
    Answer send(String method, URI address, Map<String, String> headers) throws IOException {
        var target = address;
        boolean renewed = false;
        for (int redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
            boolean trusted = sameHost(address, target);
            var shown = trusted ? credentials.authorization() : Optional.<String>empty();
            var response = exchange(method, target, headers, shown);
            int status = response.statusCode();
            if (status == 401 && trusted && !renewed) {
                renewed = true;
                response.body().close();
                if (credentials.renew(shown, response.headers().allValues("www-authenticate"))) {
                    continue;
                }
            }
            if (status < 300 || status > 399 || status == 304) {
                return checked(response);
            }
            response.body().close();
            target = next(target, response);
        }
        throw new SourceException(Reason.UNREACHABLE, where, "more than %d redirects".formatted(MOST_REDIRECTS));
    }

    private HttpResponse<InputStream> exchange(
            String method, URI address, Map<String, String> headers, Optional<String> authorization)
            throws IOException {
        var request = HttpRequest.newBuilder(address)
                .method(method, HttpRequest.BodyPublishers.noBody())
                .timeout(policy.stall())
                .header("User-Agent", "windlass");
        headers.forEach(request::header);
        authorization.ifPresent(value -> request.header("Authorization", value));
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        } catch (HttpTimeoutException e) {
            throw new RetryPolicy.Transient(address.getHost() + " did not answer in time", Duration.ZERO);
        } catch (ConnectException e) {
            throw new RetryPolicy.Transient("no connection to " + address.getAuthority(), Duration.ZERO);
        }
    }

    private URI next(URI from, HttpResponse<?> response) {
        var location = response.headers().firstValue("location").orElse("");
        try {
            var to = from.resolve(location);
            boolean downgrade = "https".equals(from.getScheme()) && !"https".equals(to.getScheme());
            if (location.isEmpty() || to.getHost() == null || downgrade) {
                throw new IllegalArgumentException();
            }
            return to;
        } catch (IllegalArgumentException e) {
            throw new SourceException(
                    Reason.UNREACHABLE, where, "%s redirects to \"%s\"".formatted(from.getHost(), location), e);
        }
    }

    private static boolean sameHost(URI first, URI second) {
        return first.getScheme().equals(second.getScheme())
                && first.getHost().equalsIgnoreCase(second.getHost())
                && first.getPort() == second.getPort();
    }

    private Answer checked(HttpResponse<InputStream> response) throws IOException {
        int status = response.statusCode();
        var body = response.body();
        var headers = new HashMap<String, String>();
        response.headers()
                .map()
                .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.getFirst()));
        if (status == 200 || status == 206 || status == 404) {
            return new Answer(status, body, headers);
        }
        body.close();
        if (status == 401 || status == 403) {
            throw new SourceException(Reason.UNAUTHORIZED, where, unauthorized(status, headers));
        }
        if (status == 408 || status == 429 || status >= 500) {
            throw new RetryPolicy.Transient(
                    "%s answered %d".formatted(response.uri().getHost(), status),
                    retryAfter(headers.getOrDefault("retry-after", "0")));
        }
        throw new SourceException(
                Reason.UNREACHABLE,
                where,
                "%s answered %d".formatted(response.uri().getHost(), status));
    }

    private String unauthorized(int status, Map<String, String> headers) {
        var said = headers.containsKey("x-error-message") ? " (" + headers.get("x-error-message") + ")" : "";
        return "access refused (%d): %s%s".formatted(status, credentials.advice(), said);
    }

    private static Duration retryAfter(String value) {
        try {
            return Duration.ofSeconds(Long.parseLong(value.strip()));
        } catch (NumberFormatException e) {
            try {
                var at = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME)
                        .toInstant();
                return Duration.between(Instant.now(), at);
            } catch (DateTimeException | ArithmeticException invalid) {
                return Duration.ZERO;
            }
        }
    }

    /** Reads a whole answer with a bound. */
    static byte[] bytes(InputStream body, int most) throws IOException {
        try (body) {
            var bytes = body.readNBytes(most + 1);
            if (bytes.length > most) {
                throw new IOException("the answer is longer than %d bytes".formatted(most));
            }
            return bytes;
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
        client.close();
    }
}
