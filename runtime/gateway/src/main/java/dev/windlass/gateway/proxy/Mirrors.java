package dev.windlass.gateway.proxy;

import dev.windlass.gateway.balance.Loads;
import dev.windlass.gateway.measure.Measurements;
import dev.windlass.gateway.measure.RevisionMeter.Outcome;
import dev.windlass.gateway.route.Route;
import dev.windlass.gateway.upstream.UpstreamException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends copies whose answers nobody sees. They never make a client wait: where there is no room, there is no copy. */
final class Mirrors {
    private static final Logger LOG = LoggerFactory.getLogger(Mirrors.class);
    private static final int MOST = 64;

    private final Semaphore room = new Semaphore(MOST);
    private final Loads loads;
    private final Sender sender;
    private final Measurements measurements;
    private final BodyBudget bodies;
    private final Inquiry.QuotedNames names;

    Mirrors(Loads loads, Sender sender, Measurements measurements, BodyBudget bodies, Inquiry.QuotedNames names) {
        this.loads = loads;
        this.sender = sender;
        this.measurements = measurements;
        this.bodies = bodies;
        this.names = names;
    }

    void copy(Inquiry inquiry, Route route, String revision) {
        if (!room.tryAcquire()) {
            return;
        }
        byte[] body = inquiry.bodyFor(route, names);
        if (!bodies.tryReserve(body.length)) {
            room.release();
            return;
        }
        Thread.ofVirtual().name("mirror").start(() -> {
            try {
                send(inquiry, body, route, revision);
            } finally {
                bodies.release(body.length);
                room.release();
            }
        });
    }

    private void send(Inquiry inquiry, byte[] body, Route route, String revision) {
        var lease = loads.take(
                route.open().getOrDefault(revision, List.of()),
                route.balancing(),
                inquiry.peek().prefix(),
                Set.of());
        if (lease.isEmpty()) {
            return;
        }
        var meter = measurements.of(route.deployment()).revision(revision);
        var outcome = Outcome.Error;
        meter.begin();
        var exchange = new Exchange(() -> {});
        long begun = System.nanoTime();
        try (var place = lease.get();
                var sent = sender.send(place.endpoint(), inquiry.head(), body, exchange, () -> {})) {
            boolean isFirst = true;
            while (sent.connection().next() >= 0) {
                if (isFirst) {
                    meter.firstToken(System.nanoTime() - begun);
                    isFirst = false;
                }
            }
            int status = sent.head().status();
            outcome = status >= 500 ? Outcome.Error : status >= 400 ? Outcome.ClientError : Outcome.Completed;
        } catch (UpstreamException e) {
            LOG.debug("a copy to {} failed: {}", revision, e.getMessage());
        } finally {
            meter.leave();
            meter.countCopy(outcome);
        }
    }
}
