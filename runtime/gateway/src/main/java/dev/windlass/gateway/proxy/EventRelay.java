package dev.windlass.gateway.proxy;

import dev.windlass.gateway.measure.RevisionMeter;
import dev.windlass.gateway.measure.RevisionMeter.Outcome;
import dev.windlass.gateway.upstream.ResponseHead;
import dev.windlass.gateway.upstream.UpstreamConnection;
import dev.windlass.gateway.upstream.UpstreamException;
import dev.windlass.gateway.upstream.UpstreamException.Kind;
import dev.windlass.policy.EventSink;
import dev.windlass.policy.StoredAnswer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Carries one stream of events. Events leave whole, so that an error can follow the last of them, and none leaves before the
 * first that has output, so that until then the request can begin again elsewhere.
 */
final class EventRelay {
    private static final int MOST_BEFORE_CONTENT = 64 * 1024;

    private final UpstreamConnection connection;
    private final ResponseHead head;
    private final String revision;
    private final Reply reply;
    private final RevisionMeter meter;
    private final long sent;
    private final EventReader reader;
    private final Duration idle;
    private final EventScanner scanner = new EventScanner(this::accept);
    private final List<StoredAnswer.Event> before = new ArrayList<>();
    private int beforeLength;
    private boolean flows;
    private boolean hasContent;
    private boolean isDone;
    private boolean isError;
    private boolean isEnough;
    private long last;
    private long now;

    EventRelay(
            UpstreamConnection connection,
            ResponseHead head,
            String revision,
            Reply reply,
            RevisionMeter meter,
            long sent,
            EventReader reader,
            Duration idle) {
        this.connection = connection;
        this.head = head;
        this.revision = revision;
        this.reply = reply;
        this.meter = meter;
        this.sent = sent;
        this.reader = reader;
        this.idle = idle;
    }

    Attempt run() throws UpstreamException {
        connection.expectWithin(idle);
        int count;
        while (!isEnough && (count = connection.next()) >= 0) {
            now = System.nanoTime();
            scanner.scan(connection.buffer(), connection.offset(), count);
            connection.expectWithin(idle);
        }
        if (!isEnough && (!scanner.isAtBoundary() || (!isDone && !isError && !connection.endedAsSaid()))) {
            throw new UpstreamException(Kind.Lost, "the stream ended before its last event", null);
        }
        flow();
        reply.endEvents();
        var usage = reader.usage();
        if (usage != null) {
            reply.tally().cost(usage);
            meter.tokens(usage.promptTokens(), usage.generatedTokens());
        }
        return new Attempt.Over(isError ? Outcome.Error : Outcome.Completed);
    }

    private void accept(byte[] event, int length) {
        if (isEnough || reader.takes(event, length)) {
            return;
        }
        var kind = reader.read(event, length, hasContent);
        switch (kind) {
            case Comment -> {
                if (!flows) {
                    reply.keepAlive();
                    return;
                }
            }
            case Frame -> {
                if (!flows && beforeLength + length < MOST_BEFORE_CONTENT) {
                    before.add(new StoredAnswer.Event(Arrays.copyOf(event, length), kind));
                    beforeLength += length;
                    return;
                }
            }
            case Content -> measure();
            case Error -> {
                isError = true;
                reply.tally().breaks();
            }
            case Done -> isDone = true;
        }
        flow();
        pass(event, length, kind);
    }

    private void pass(byte[] event, int length, EventSink.Kind kind) {
        if (!isEnough && !reply.event(event, length, kind)) {
            isEnough = true;
        }
    }

    private void measure() {
        reply.tally().content();
        if (hasContent) {
            meter.interToken(now - last);
        } else {
            hasContent = true;
            meter.firstToken(now - sent);
        }
        last = now;
    }

    private void flow() {
        if (flows) {
            return;
        }
        flows = true;
        reply.commit();
        reply.beginEvents(head, revision);
        before.forEach(event -> pass(event.bytes(), event.bytes().length, event.kind()));
        before.clear();
    }
}
