package dev.windlass.gateway.operations;

import dev.windlass.http.ApiException;
import dev.windlass.http.Responses;
import dev.windlass.http.Routes;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;

/** What a runtime that stands alone serves besides models, passed on: health, version, its page, and the measurements of both. */
public final class RuntimeApi implements AutoCloseable {
    private static final List<String> PATHS = List.of(
            "/health",
            "/health/ready",
            "/health/live",
            "/health/loading",
            "/version",
            "/dashboard",
            "/dashboard/{+rest}");
    private static final List<String> PASSED_ON =
            List.of("content-type", "cache-control", "etag", "location", "content-security-policy", "retry-after");
    private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";
    private static final Duration CONNECT = Duration.ofSeconds(2);
    private static final Duration ANSWER = Duration.ofSeconds(30);

    private final LoneRuntime runtime;
    private final OperationsApi operations;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .proxy(HttpClient.Builder.NO_PROXY)
            .connectTimeout(CONNECT)
            .build();

    public RuntimeApi(LoneRuntime runtime, OperationsApi operations) {
        this.runtime = runtime;
        this.operations = operations;
    }

    public void register(Routes paths) {
        PATHS.forEach(path -> paths.get(path, this::pass));
        paths.get("/metrics", this::metrics);
    }

    private void pass(ServerRequest request, ServerResponse response) {
        String query = request.query().rawValue();
        String path = request.prologue().uriPath().rawPath();
        var answer = ask(query.isEmpty() ? path : path + "?" + query, "*/*");
        Responses.decorate(request, response);
        response.status(Status.create(answer.statusCode()));
        for (String name : PASSED_ON) {
            answer.headers().firstValue(name).ifPresent(value -> response.header(HeaderNames.create(name), value));
        }
        try (var in = answer.body();
                var out = response.outputStream()) {
            var buffer = new byte[8192];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                out.write(buffer, 0, count);
                out.flush();
            }
        } catch (IOException e) {
            throw new CloseConnectionException("the client has left", e);
        }
    }

    /** Those of the runtime behind those of the gateway; no series is in both. */
    private void metrics(ServerRequest request, ServerResponse response) {
        var answer = ask("/metrics", "text/plain");
        var all = new ByteArrayOutputStream(64 * 1024);
        all.writeBytes(operations.metrics());
        try (var in = answer.body()) {
            in.transferTo(all);
        } catch (IOException e) {
            throw unreachable();
        }
        response.header(HeaderNames.CONTENT_TYPE, TEXT);
        response.send(all.toByteArray());
    }

    private HttpResponse<InputStream> ask(String path, String accept) {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + runtime.port() + path))
                .timeout(ANSWER)
                .header("accept", accept);
        runtime.headers().forEach(request::header);
        try {
            return http.send(request.build(), BodyHandlers.ofInputStream());
        } catch (IOException e) {
            throw unreachable();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unreachable();
        }
    }

    private static ApiException unreachable() {
        return ApiException.server(502, "runtime_unreachable", "The runtime does not answer.");
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
