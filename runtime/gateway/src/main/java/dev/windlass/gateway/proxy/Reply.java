package dev.windlass.gateway.proxy;

import dev.windlass.gateway.upstream.ResponseHead;
import dev.windlass.http.ApiException;
import dev.windlass.http.ClientConnection;
import dev.windlass.http.Errors;
import dev.windlass.http.Responses;
import dev.windlass.policy.EventSink;
import dev.windlass.policy.Passage;
import dev.windlass.policy.StoredAnswer;
import dev.windlass.policy.Usage;
import dev.windlass.policy.WholeAnswer;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The response to a client. It is written by the request's thread, and by the one that asks a half-closed client for a sign
 * of life; a lock keeps them apart.
 */
final class Reply {
    private static final byte[] COMMENT = ": waiting\n\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] END = "\n\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DONE = "data: [DONE]\n\n".getBytes(StandardCharsets.US_ASCII);
    static final String REVISION = "x-windlass-model-revision";
    /** Hop-by-hop, or written anew. */
    private static final Set<String> DROPPED = Set.of(
            "connection",
            "keep-alive",
            "transfer-encoding",
            "te",
            "trailer",
            "upgrade",
            "proxy-authenticate",
            "proxy-connection",
            "content-length",
            "date",
            "server",
            "x-request-id",
            "access-control-allow-origin",
            "access-control-expose-headers",
            REVISION);

    private final ServerRequest request;
    private final ServerResponse response;
    private final ClientConnection client;
    private final Errors errors;
    private final boolean wantsEvents;
    private final Passage passage;
    private final Runnable onCommit;
    private final Tally tally = new Tally();
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable OutputStream out;
    private boolean sendsEvents;
    private boolean unsent;
    private boolean committed;
    private boolean complete;
    private @Nullable EventSink sink;

    /**
     * @param wantsEvents whether the client asked for a stream
     * @param passage what policies make of the answer
     * @param onCommit runs when something of an answer leaves, so that the request is not needed any more
     */
    Reply(
            ServerRequest request,
            ServerResponse response,
            ClientConnection client,
            Errors errors,
            boolean wantsEvents,
            Passage passage,
            Runnable onCommit) {
        this.request = request;
        this.response = response;
        this.client = client;
        this.errors = errors;
        this.wantsEvents = wantsEvents;
        this.passage = passage;
        this.onCommit = onCommit;
    }

    /** Whether something of an answer has left, so that the request cannot begin again. */
    boolean isCommitted() {
        return committed;
    }

    /** Something of an answer leaves now. */
    void commit() {
        committed = true;
        onCommit.run();
    }

    /** Begins a stream of events, unless a sign of life did. */
    void beginEvents(@Nullable ResponseHead head, @Nullable String revision) {
        if (out != null) {
            tally.answered(200, revision);
            return;
        }
        if (head == null) {
            response.header(HeaderNames.CONTENT_TYPE, "text/event-stream; charset=utf-8");
            response.header(HeaderNames.CACHE_CONTROL, "no-cache");
            response.header(HeaderNames.create("x-accel-buffering"), "no");
        }
        begin(200, head, revision, true);
    }

    /** Begins a body of this length, -1 where it is not known. */
    void beginBody(ResponseHead head, String revision, long length) {
        if (length >= 0) {
            response.header(HeaderNames.CONTENT_LENGTH, Long.toString(length));
        }
        commit();
        begin(head.status(), head, revision, false);
    }

    private void begin(int status, @Nullable ResponseHead head, @Nullable String revision, boolean events) {
        lock.lock();
        try {
            describe(status, head, revision);
            sendsEvents = events;
            out = response.outputStream();
        } finally {
            lock.unlock();
        }
    }

    private void describe(int status, @Nullable ResponseHead head, @Nullable String revision) {
        tally.answered(status, revision);
        response.status(Status.create(status));
        Responses.decorate(request, response);
        if (revision != null) {
            response.header(HeaderNames.create(REVISION), revision);
        }
        if (head != null) {
            for (var header : head.headers()) {
                if (!DROPPED.contains(header.name())) {
                    response.headers().add(HeaderNames.create(header.name()), header.value());
                }
            }
        }
    }

    /** Passes an event on to the client. @return whether more is wanted */
    boolean event(byte[] event, int length, EventSink.Kind kind) {
        if (sink == null) {
            sink = passage.events(new Exit());
        }
        return sink.event(event, length, kind);
    }

    /** Where events leave. */
    private final class Exit implements EventSink {
        @Override
        public boolean event(byte[] event, int length, Kind kind) {
            write(event, 0, length);
            return true;
        }

        @Override
        public void end() {
            Reply.this.end();
        }
    }

    /** The end of a stream of events. */
    void endEvents() {
        if (sink == null) {
            end();
        } else {
            sink.end();
        }
    }

    /** Gives an answer that was there. */
    void replay(StoredAnswer stored) {
        commit();
        tally.cost(Usage.NOTHING);
        switch (stored.form()) {
            case StoredAnswer.Whole(var answer) -> {
                var head = new ResponseHead(
                        answer.status(), List.of(new ResponseHead.Header("content-type", answer.contentType())));
                answer(new Answer(head, stored.revision(), answer.body()));
            }
            case StoredAnswer.Events(var events) -> {
                beginEvents(null, stored.revision());
                for (var event : events) {
                    if (!event(event.bytes(), event.bytes().length, event.kind())) {
                        break;
                    }
                }
                endEvents();
            }
        }
    }

    boolean holdsWholeAnswers() {
        return passage.holdsWholeAnswers();
    }

    /** What is remembered of how it went. */
    Tally tally() {
        return tally;
    }

    /** Adds to the body, without sending it yet. */
    void write(byte[] bytes, int offset, int length) {
        lock.lock();
        try {
            stream().write(bytes, offset, length);
            unsent = true;
        } catch (IOException | RuntimeException e) {
            throw new EndedException(Interruption.ClientLeft);
        } finally {
            lock.unlock();
        }
    }

    /** Sends what was added. */
    void flush() {
        if (!unsent) {
            return;
        }
        lock.lock();
        try {
            stream().flush();
            unsent = false;
        } catch (IOException | RuntimeException e) {
            throw new EndedException(Interruption.ClientLeft);
        } finally {
            lock.unlock();
        }
    }

    /** The end of a body or stream that was begun. */
    void end() {
        lock.lock();
        try {
            complete = true;
            stream().close();
        } catch (IOException | RuntimeException e) {
            throw new EndedException(Interruption.ClientLeft);
        } finally {
            lock.unlock();
        }
    }

    /** A whole answer; where a stream was begun already, an event that has it, which can only be an error. */
    void answer(Answer whole) {
        var answer = seen(whole);
        if (out != null) {
            endWith(answer.body());
            return;
        }
        lock.lock();
        try {
            complete = true;
            describe(answer.head().status(), answer.head(), answer.revision());
            response.send(answer.body());
        } catch (RuntimeException e) {
            throw new EndedException(Interruption.ClientLeft);
        } finally {
            lock.unlock();
        }
    }

    private Answer seen(Answer answer) {
        var told = new WholeAnswer(
                answer.head().status(), answer.head().first("content-type").orElse(""), answer.body());
        var seen = passage.answer(told);
        if (seen == told) {
            return answer;
        }
        var head = seen.status() == told.status()
                ? answer.head()
                : new ResponseHead(seen.status(), answer.head().headers());
        return new Answer(head, answer.revision(), seen.body());
    }

    /** An error, as a response where none was begun, and else as the stream's last event. */
    void fail(ApiException error) {
        if (out == null) {
            close();
            throw error;
        }
        if (!sendsEvents) {
            close();
            throw new CloseConnectionException("only the connection's end can tell that the rest is missing");
        }
        endWith(errors.encode(error));
    }

    private void endWith(byte[] json) {
        tally.breaks();
        write(DATA, 0, DATA.length);
        write(json, 0, json.length);
        write(END, 0, END.length);
        write(DONE, 0, DONE.length);
        end();
    }

    /** Nothing more is written here. */
    void close() {
        lock.lock();
        try {
            complete = true;
        } finally {
            lock.unlock();
        }
    }

    /** Shows a client that waits for a stream that its request is alive, and with that begins the stream. */
    void keepAlive() {
        if (!wantsEvents) {
            return;
        }
        beginEvents(null, null);
        write(COMMENT, 0, COMMENT.length);
        flush();
    }

    /** Sends what clients ignore, to learn whether this one is still there. @return whether it may be */
    boolean showSignOfLife() {
        lock.lock();
        try {
            if (complete) {
                return true;
            }
            if (client.isBroken()) {
                return false;
            }
            if (out == null) {
                client.probe();
            } else if (sendsEvents) {
                out.write(COMMENT);
                out.flush();
            }
            return true;
        } catch (IOException | RuntimeException e) {
            return false;
        } finally {
            lock.unlock();
        }
    }

    private OutputStream stream() {
        if (out == null) {
            throw new IllegalStateException("the response has not begun");
        }
        return out;
    }
}
