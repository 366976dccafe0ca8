package dev.windlass.gateway.hold;

import dev.windlass.gateway.measure.Measurements;
import dev.windlass.gateway.route.CurrentRoutes;
import dev.windlass.gateway.route.Route;
import dev.windlass.gateway.route.State;
import dev.windlass.http.ApiException;
import java.time.Duration;

/**
 * Lets requests wait until their model can be sent to. How many wait is the signal to wake it, so they are counted where
 * the operator reads.
 */
public final class Holds {
    private static final Duration RETRY = Duration.ofSeconds(5);

    private final CurrentRoutes routes;
    private final Measurements measurements;
    private final Duration heartbeat;

    /** @param heartbeat the longest silence on a stream that waits */
    public Holds(CurrentRoutes routes, Measurements measurements, Duration heartbeat) {
        this.routes = routes;
        this.measurements = measurements;
        this.heartbeat = heartbeat;
    }

    /** Who waits. */
    public interface Waiter {
        /** Throws what ends the wait, where the client left or the gateway stops. */
        void requireGoing();

        /** Whether {@link #requireGoing} would throw. */
        boolean hasEnded();

        /** Shows the client that its request is alive. */
        void keepAlive();
    }

    /** The route of what a client calls a model. */
    public Route find(String model) {
        return routes.table()
                .find(model)
                .orElseThrow(() -> ApiException.invalid(
                        404,
                        "model",
                        "model_not_found",
                        "The model `%s` does not exist or you do not have access to it.".formatted(model)));
    }

    /** The route of a model that is awake, after waiting for that as long as the deployment allows. */
    public Route awake(String model, Waiter waiter) {
        var route = find(model);
        return switch (route.state()) {
            case Awake -> route;
            case Draining -> throw refuse(route, "model_draining", "is being removed");
            case Suspended -> throw suspended(route);
            case Asleep -> await(model, route, waiter);
        };
    }

    private Route await(String model, Route asleep, Waiter waiter) {
        var held = measurements.of(asleep.deployment()).held();
        if (held.incrementAndGet() > asleep.hold().maximumQueued()) {
            held.decrementAndGet();
            throw refuse(asleep, "model_asleep", "is not ready, and no more requests may wait for it");
        }
        try {
            long deadline = System.nanoTime() + asleep.hold().maximumWait().toNanos();
            long lastSign = System.nanoTime();
            while (true) {
                waiter.requireGoing();
                var table = routes.table();
                var route = find(model);
                if (route.state() == State.Awake) {
                    return route;
                }
                if (route.state() == State.Suspended) {
                    throw suspended(route);
                }
                long now = System.nanoTime();
                if (route.state() == State.Draining || now - deadline >= 0) {
                    throw refuse(route, "model_asleep", "did not become ready in time");
                }
                if (now - lastSign >= heartbeat.toNanos()) {
                    waiter.keepAlive();
                    lastSign = now;
                }
                long pause = Math.min(deadline - now, heartbeat.toNanos() - (now - lastSign));
                routes.awaitOther(table, Duration.ofNanos(pause), waiter::hasEnded);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ApiException.unavailable("shutting_down", "The gateway stops.", RETRY);
        } finally {
            held.decrementAndGet();
        }
    }

    private ApiException suspended(Route route) {
        return refuse(route, "model_suspended", "is suspended");
    }

    private ApiException refuse(Route route, String code, String why) {
        measurements.of(route.deployment()).refused();
        return ApiException.unavailable(
                code, "The model `%s` %s.".formatted(route.deployment().name(), why), RETRY);
    }
}
