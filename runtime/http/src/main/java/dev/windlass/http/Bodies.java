package dev.windlass.http;

import io.helidon.http.HeaderValues;
import io.helidon.webserver.ServerConnectionException;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Reads requests' bodies and sends responses, both JSON. */
public final class Bodies {
    private final Json json;

    public Bodies(Json json) {
        this.json = json;
    }

    /** The request's body, which must be a JSON object. Returns once all of it is here. */
    public Fields read(ServerRequest request) {
        if (!request.content().hasEntity()) {
            throw ApiException.invalid(
                    400, null, "invalid_json", "The body of the request: expected a JSON object, got nothing");
        }
        byte[] body = receive(request);
        ClientConnection.current().received();
        return json.parseObject(body);
    }

    /** Closing the stream would wait for what the client did not send. */
    private static byte[] receive(ServerRequest request) {
        try {
            return request.content().inputStream().readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public void send(ServerRequest request, ServerResponse response, Object value) {
        Responses.decorate(request, response);
        response.header(HeaderValues.CONTENT_TYPE_JSON);
        byte[] body = json.bytes(value);
        try {
            response.send(body);
        } catch (ServerConnectionException e) {
            throw ClientConnection.lost(e);
        }
    }

    public Json json() {
        return json;
    }
}
