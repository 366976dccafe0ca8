package dev.windlass.gateway.proxy;

import dev.windlass.api.traffic.TrafficPolicy;
import dev.windlass.gateway.balance.Loads;
import dev.windlass.gateway.hold.Holds;
import dev.windlass.gateway.measure.Measurements;
import dev.windlass.gateway.measure.RevisionMeter;
import dev.windlass.gateway.measure.RevisionMeter.Outcome;
import dev.windlass.gateway.route.Endpoint;
import dev.windlass.gateway.route.Route;
import dev.windlass.gateway.upstream.UpstreamException;
import dev.windlass.http.ApiException;
import dev.windlass.http.LogContext;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Brings a request to an endpoint and its answer back, and tries others as long as no part of an answer has left. */
final class Forwarder {
    /** The first and two more. */
    private static final int MOST_ATTEMPTS = 3;

    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Holds holds;
    private final Loads loads;
    private final Sender sender;
    private final Relay relay;
    private final Mirrors mirrors;
    private final Measurements measurements;
    private final Inquiry.QuotedNames names;

    Forwarder(
            Holds holds,
            Loads loads,
            Sender sender,
            Relay relay,
            Mirrors mirrors,
            Measurements measurements,
            Inquiry.QuotedNames names) {
        this.holds = holds;
        this.loads = loads;
        this.sender = sender;
        this.relay = relay;
        this.mirrors = mirrors;
        this.measurements = measurements;
        this.names = names;
    }

    /** A place at an endpoint of a revision. */
    private record Place(String revision, Loads.Lease lease, RevisionMeter meter, Optional<String> mirrorTo) {}

    /** An attempt that may begin again, and who counts it. */
    private record Failed(RevisionMeter meter, Attempt.Again last) {}

    void forward(Inquiry inquiry, Exchange exchange, Reply reply) {
        var waiter = new Holds.Waiter() {
            @Override
            public void requireGoing() {
                exchange.requireGoing();
            }

            @Override
            public boolean hasEnded() {
                return exchange.hasEnded();
            }

            @Override
            public void keepAlive() {
                reply.keepAlive();
            }
        };
        Set<String> tried = new HashSet<>();
        Failed failed = null;
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            Route route;
            try {
                route = holds.awake(inquiry.peek().model(), waiter);
                requireAdmitted(inquiry, route);
            } catch (ApiException e) {
                giveUp(failed, new Attempt.Again(null, e), reply);
                return;
            }
            var place = place(route, inquiry, tried);
            if (place.isEmpty()) {
                break;
            }
            LogContext.route(inquiry.peek().model(), place.get().revision());
            if (failed != null) {
                failed.meter().count(Outcome.Retried);
            } else {
                place.get().mirrorTo().ifPresent(revision -> mirrors.copy(inquiry, route, revision));
            }
            switch (attempt(place.get(), route, inquiry, exchange, reply)) {
                case Attempt.Over _ -> {
                    return;
                }
                case Attempt.Again again -> failed = new Failed(place.get().meter(), again);
            }
            tried.add(place.get().lease().endpoint().address());
        }
        giveUp(failed, failed == null ? new Attempt.Again(null, unreachable()) : failed.last(), reply);
    }

    /** While it waited its name may have become another's, who asks for other keys. */
    private static void requireAdmitted(Inquiry inquiry, Route route) {
        if (!route.deployment().equals(inquiry.admitted().to())) {
            throw ApiException.unavailable("model_replaced", "The model was replaced by another meanwhile.", RETRY);
        }
    }

    private static void giveUp(@Nullable Failed failed, Attempt.Again last, Reply reply) {
        if (failed != null) {
            failed.meter().count(Outcome.Error);
        }
        if (last.answer() == null) {
            reply.fail(last.error());
        } else {
            reply.answer(last.answer());
        }
    }

    /** Where the policy sends it, or, after that failed, wherever else there is an endpoint left. */
    private Optional<Place> place(Route route, Inquiry inquiry, Set<String> tried) {
        Set<String> reachable = tried.isEmpty() ? route.reachable() : untried(route, tried);
        if (reachable.isEmpty()) {
            return Optional.empty();
        }
        TrafficPolicy.Route choice = route.traffic().route(inquiry.request(route), reachable);
        List<Endpoint> endpoints = route.open().getOrDefault(choice.to(), List.of());
        return loads.take(endpoints, route.balancing(), inquiry.peek().prefix(), tried)
                .map(lease -> new Place(
                        choice.to(),
                        lease,
                        measurements.of(route.deployment()).revision(choice.to()),
                        choice.mirrorTo()));
    }

    private static Set<String> untried(Route route, Set<String> tried) {
        return route.open().entrySet().stream()
                .filter(entry -> entry.getValue().stream().anyMatch(endpoint -> !tried.contains(endpoint.address())))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    /** Sends it to one place, and counts how that ended unless it may begin again. */
    private Attempt attempt(Place place, Route route, Inquiry inquiry, Exchange exchange, Reply reply) {
        var outcome = Outcome.Error;
        boolean again = false;
        place.meter().begin();
        try (var _ = place.lease()) {
            var attempt = carry(place, route, inquiry, exchange, reply);
            switch (attempt) {
                case Attempt.Over(var ended) -> outcome = ended;
                case Attempt.Again _ -> again = true;
            }
            return attempt;
        } catch (EndedException e) {
            outcome = e.interruption() == Interruption.ClientLeft ? Outcome.Cancelled : Outcome.Error;
            throw e;
        } finally {
            place.meter().leave();
            if (!again) {
                place.meter().count(outcome);
            }
        }
    }

    private Attempt carry(Place place, Route route, Inquiry inquiry, Exchange exchange, Reply reply) {
        long begun = System.nanoTime();
        try (var sent = sender.send(
                place.lease().endpoint(), inquiry.head(), inquiry.bodyFor(route, names), exchange, reply::flush)) {
            return relay.carry(sent.connection(), sent.head(), place.revision(), reply, place.meter(), begun);
        } catch (UpstreamException e) {
            exchange.requireGoing();
            if (e.kind() == UpstreamException.Kind.Unreachable || e.kind() == UpstreamException.Kind.Untrusted) {
                place.lease().suspect();
            }
            var error = describe(e);
            if (reply.isCommitted() || e.kind() == UpstreamException.Kind.TimedOut) {
                reply.fail(error);
                return new Attempt.Over(Outcome.Error);
            }
            return new Attempt.Again(null, error);
        }
    }

    private static ApiException unreachable() {
        return ApiException.unavailable("model_unreachable", "The model cannot be reached.", RETRY);
    }

    private static ApiException describe(UpstreamException e) {
        return switch (e.kind()) {
            case Unreachable -> unreachable();
            case Untrusted ->
                ApiException.server(
                        502, "model_untrusted", "The model's server and the gateway have not proved who they are.");
            case TimedOut -> ApiException.server(504, "model_timeout", "The model did not answer in time.");
            case Lost -> ApiException.server(502, "model_lost", "The model's server ended before its answer did.");
            case Malformed ->
                ApiException.server(502, "model_answer_malformed", "The model's server sent what is no answer.");
        };
    }
}
