package dev.windlass.http;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Server-sent events whose data the caller has encoded already. What is added waits until {@link #flush}, so that all
 * events at hand leave in one write. The response begins with the first flush: until then it may still become an error.
 * Confined to the request's thread, which closes it.
 */
public final class EventStream implements AutoCloseable {
    private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] END = "\n\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DONE = "data: [DONE]\n\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] COMMENT = ": waiting\n\n".getBytes(StandardCharsets.US_ASCII);

    private final ServerRequest request;
    private final ServerResponse response;
    private final ByteArrayOutputStream waiting = new ByteArrayOutputStream(1024);
    private @Nullable OutputStream out;

    public EventStream(ServerRequest request, ServerResponse response) {
        this.request = request;
        this.response = response;
    }

    /** Whether the status and headers have left. */
    public boolean hasBegun() {
        return out != null;
    }

    /** Adds one event. */
    public void add(byte[] json) {
        waiting.writeBytes(DATA);
        waiting.writeBytes(json);
        waiting.writeBytes(END);
    }

    /** Adds one event in three pieces. */
    public void add(byte[] before, byte[] middle, byte[] after) {
        waiting.writeBytes(DATA);
        waiting.writeBytes(before);
        waiting.writeBytes(middle);
        waiting.writeBytes(after);
        waiting.writeBytes(END);
    }

    /** Adds a comment, which is no event to clients. */
    public void addComment(String name, byte[] value) {
        waiting.writeBytes((": " + name).getBytes(StandardCharsets.US_ASCII));
        waiting.writeBytes(value);
        waiting.writeBytes(END);
    }

    /** Adds the event that ends OpenAI's streams. */
    public void addDone() {
        waiting.writeBytes(DONE);
    }

    /** Sends a comment, which clients ignore and proxies take as a sign of life; fails when the client is gone. */
    public void heartbeat() {
        waiting.writeBytes(COMMENT);
        flush();
    }

    /** Sends what was added. */
    public void flush() {
        if (waiting.size() == 0) {
            return;
        }
        try {
            var stream = out;
            if (stream == null) {
                Responses.decorate(request, response);
                response.header(HeaderNames.CONTENT_TYPE, "text/event-stream; charset=utf-8");
                response.header(HeaderNames.CACHE_CONTROL, "no-cache");
                response.header(HeaderNames.create("x-accel-buffering"), "no");
                stream = response.outputStream();
                out = stream;
            }
            waiting.writeTo(stream);
            waiting.reset();
            stream.flush();
        } catch (IOException | RuntimeException e) {
            throw ClientConnection.lost(e);
        }
    }

    @Override
    public void close() {
        if (out == null) {
            return;
        }
        try {
            out.close();
        } catch (IOException | RuntimeException e) {
            throw ClientConnection.lost(e);
        }
    }
}
