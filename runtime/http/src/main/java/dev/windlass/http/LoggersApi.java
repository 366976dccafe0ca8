package dev.windlass.http;

import dev.windlass.logging.LoggersEndpoint;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;

/** {@code /internal/loggers}: which lines a process logs, read and changed while it runs. */
public final class LoggersApi {
    private LoggersApi() {}

    public static void register(Routes paths) {
        paths.get(LoggersEndpoint.PATH, (request, response) -> answer(request, response, ""));
        String one = LoggersEndpoint.PATH + "/{name}";
        paths.get(one, LoggersApi::answerForOne);
        paths.put(one, LoggersApi::answerForOne);
    }

    private static void answerForOne(ServerRequest request, ServerResponse response) {
        answer(request, response, request.path().pathParameters().get("name"));
    }

    private static void answer(ServerRequest request, ServerResponse response, String name) {
        var answer = LoggersEndpoint.answer(new LoggersEndpoint.Call(
                request.prologue().method().text(),
                name,
                ((InetSocketAddress) request.remotePeer().address()).getAddress(),
                header -> request.headers().first(HeaderNames.create(header)).orElse(null),
                body(request)));
        Responses.decorate(request, response);
        response.status(Status.create(answer.status())).header(HeaderValues.CONTENT_TYPE_JSON);
        response.send(answer.body());
    }

    private static byte[] body(ServerRequest request) {
        if (!request.content().hasEntity()) {
            return new byte[0];
        }
        try {
            byte[] body = request.content().inputStream().readNBytes(LoggersEndpoint.LONGEST_BODY);
            ClientConnection.current().received();
            return body;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
