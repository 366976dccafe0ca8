package dev.windlass.gateway.proxy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.windlass.gateway.measure.RevisionMeter;
import dev.windlass.gateway.measure.RevisionMeter.Outcome;
import dev.windlass.gateway.upstream.ResponseHead;
import dev.windlass.gateway.upstream.UpstreamConnection;
import dev.windlass.gateway.upstream.UpstreamException;
import dev.windlass.gateway.upstream.UpstreamException.Kind;
import dev.windlass.http.ApiException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;

/** Carries an answer from a runtime to a client and measures it on its way. */
final class Relay {
    /** Longer answers leave as they come, and cannot begin again. */
    private static final int WHOLE = 1 << 20;

    /** Of answers that a policy has to see whole. */
    private static final int LONGEST_HELD = 64 << 20;

    private static final Set<Integer> NOT_NOW = Set.of(502, 503, 504);

    private final JsonMapper json;
    private final Duration idle;

    /** @param idle the longest pause of a runtime */
    Relay(JsonMapper json, Duration idle) {
        this.json = json;
        this.idle = idle;
    }

    /**
     * Carries one answer, whose head is here.
     *
     * @param sent when the request was sent, in nanoseconds
     * @throws UpstreamException when the runtime broke off, and the answer may have left in part
     */
    Attempt carry(
            UpstreamConnection connection,
            ResponseHead head,
            String revision,
            Reply reply,
            RevisionMeter meter,
            long sent)
            throws UpstreamException {
        if (head.isEventStream()) {
            return new EventRelay(connection, head, revision, reply, meter, sent, new EventReader(json), idle).run();
        }
        var body = new ByteArrayOutputStream(1024);
        int count;
        while ((count = next(connection)) >= 0) {
            if (body.size() == 0 && head.status() < 400) {
                meter.firstToken(System.nanoTime() - sent);
            }
            body.write(connection.buffer(), connection.offset(), count);
            if (body.size() > (reply.holdsWholeAnswers() ? LONGEST_HELD : WHOLE)) {
                if (reply.holdsWholeAnswers()) {
                    throw new UpstreamException(
                            Kind.Malformed, "the answer is longer than can be looked through", null);
                }
                return carryLong(connection, head, revision, reply, body);
            }
        }
        var answer = new Answer(head, revision, body.toByteArray());
        if (NOT_NOW.contains(head.status())) {
            return new Attempt.Again(answer, ApiException.server(head.status(), null, "The runtime cannot serve now."));
        }
        if (head.status() < 400) {
            count(answer.body(), meter, reply);
        }
        reply.answer(answer);
        return new Attempt.Over(outcome(head.status()));
    }

    private Attempt carryLong(
            UpstreamConnection connection, ResponseHead head, String revision, Reply reply, ByteArrayOutputStream begin)
            throws UpstreamException {
        reply.beginBody(head, revision, connection.bodyLength());
        reply.write(begin.toByteArray(), 0, begin.size());
        int count;
        while ((count = next(connection)) >= 0) {
            reply.write(connection.buffer(), connection.offset(), count);
        }
        reply.end();
        return new Attempt.Over(outcome(head.status()));
    }

    private int next(UpstreamConnection connection) throws UpstreamException {
        connection.expectWithin(idle);
        return connection.next();
    }

    private void count(byte[] body, RevisionMeter meter, Reply reply) {
        try {
            var usage = EventReader.usage(json.readTree(body));
            if (usage != null) {
                reply.tally().cost(usage);
                meter.tokens(usage.promptTokens(), usage.generatedTokens());
            }
        } catch (IOException e) {
            // No JSON, so nothing to count: a client may get what it asked for in any form.
            meter.tokens(0, 0);
        }
    }

    private static Outcome outcome(int status) {
        return status >= 500 ? Outcome.Error : status >= 400 ? Outcome.ClientError : Outcome.Completed;
    }
}
