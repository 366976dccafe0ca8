package dev.windlass.http;

import io.helidon.common.concurrency.limits.LimitException;
import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.HttpException;
import io.helidon.http.RequestException;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ServerConnectionException;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns whatever went wrong into OpenAI's error object, the one place that does. */
public final class Errors {
    private static final Logger LOG = LoggerFactory.getLogger(Errors.class);

    private final Json json;

    public Errors(Json json) {
        this.json = json;
    }

    /** OpenAI's error object. */
    public record Body(Detail error) {
        /** What went wrong, for people in {@code message} and for programs in the rest. */
        public record Detail(
                String message,
                String type,
                @Nullable String param,
                @Nullable String code) {}

        static Body of(ApiException e) {
            return new Body(new Detail(
                    e.reason(), e.type(), e.parameter().orElse(null), e.code().orElse(null)));
        }
    }

    /** The error object as JSON. */
    public byte[] encode(ApiException error) {
        return json.bytes(Body.of(error));
    }

    /** Handles what handlers and filters throw. */
    public void register(HttpRouting.Builder routing) {
        routing.error(Throwable.class, this::respond);
    }

    /** Handles what never reaches a handler: requests that are no HTTP, and bodies over the limit. */
    public DirectHandlers directHandlers() {
        var handlers = DirectHandlers.builder();
        for (var event : DirectHandler.EventType.values()) {
            handlers.addHandler(event, this::refuse);
        }
        return handlers.build();
    }

    private DirectHandler.TransportResponse refuse(
            DirectHandler.TransportRequest request,
            DirectHandler.EventType event,
            Status status,
            ServerResponseHeaders headers,
            @Nullable String message) {
        var error = ofStatus(status.code(), message);
        return DirectHandler.TransportResponse.builder()
                .status(status)
                .headers(headers)
                .header(HeaderValues.CONTENT_TYPE_JSON)
                .keepAlive(event.keepAlive())
                .entity(encode(error))
                .build();
    }

    private void respond(ServerRequest request, ServerResponse response, Throwable thrown) {
        if (thrown instanceof ServerConnectionException || thrown instanceof CloseConnectionException) {
            // The client is gone: nobody is left to tell.
            throw (RuntimeException) thrown;
        }
        var error = describe(request, thrown);
        if (response.isSent()) {
            throw new CloseConnectionException("the response had begun when the request failed", thrown);
        }
        Responses.decorate(request, response);
        error.retryAfter().ifPresent(wait -> {
            response.header(
                    HeaderNames.RETRY_AFTER,
                    Long.toString(Math.max(1, wait.plusMillis(999).toSeconds())));
            response.header(HeaderNames.create("retry-after-ms"), Long.toString(wait.toMillis()));
        });
        response.status(Status.create(error.status())).header(HeaderValues.CONTENT_TYPE_JSON);
        try {
            response.send(encode(error));
        } catch (ServerConnectionException e) {
            // Helidon would log what is thrown here, as a fault of the server; reading on finds the connection ended.
            LOG.debug("a client left before it was told: {}", error.reason());
        }
    }

    private static ApiException describe(ServerRequest request, Throwable thrown) {
        return switch (thrown) {
            case ApiException e -> e;
            case LimitException _ ->
                ApiException.unavailable(
                        "too_many_requests", "the server has no room for another request", Responses.SOON);
            case HttpException e -> ofStatus(e.status().code(), e.getMessage());
            case RequestException e -> ofStatus(e.status().code(), e.getMessage());
            default -> {
                LOG.error(
                        "{} {} failed",
                        request.prologue().method(),
                        request.prologue().uriPath().path(),
                        thrown);
                yield ApiException.server(500, "internal_error", "The server failed to process the request.");
            }
        };
    }

    private static ApiException ofStatus(int status, @Nullable String message) {
        String text = Objects.requireNonNullElse(message, "");
        return switch (status) {
            case 413 ->
                ApiException.invalid(413, null, "request_too_large", "The body of the request is larger than allowed.");
            case 408 -> ApiException.invalid(408, null, "request_timeout", text);
            case 404 -> ApiException.invalid(404, null, null, text.isEmpty() ? "Not found" : text);
            default ->
                status < 500
                        ? ApiException.invalid(
                                status, null, null, text.isEmpty() ? "The request could not be understood." : text)
                        : ApiException.server(status, null, "The server failed to process the request.");
        };
    }
}
