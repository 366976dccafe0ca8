package dev.windlass.gateway.balance;

import dev.windlass.gateway.route.Balancing;
import dev.windlass.gateway.route.Endpoint;
import dev.windlass.gateway.route.RouteTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** How much every endpoint has to do for this gateway. Choosing and counting are one step, so that a burst spreads. */
public final class Loads {
    /** For how long an endpoint that did not answer is the last resort. */
    private static final Duration SUSPICION = Duration.ofSeconds(2);

    private final Map<String, Load> loads = new HashMap<>();
    private int turn;

    private static final class Load {
        private int inFlight;
        private long suspectUntil;
        private boolean suspect;

        private boolean isSuspect(long now) {
            suspect &= suspectUntil - now > 0;
            return suspect;
        }
    }

    /** A request's place at an endpoint, held until it is closed. */
    public final class Lease implements AutoCloseable {
        private final Endpoint endpoint;
        private boolean closed;

        private Lease(Endpoint endpoint) {
            this.endpoint = endpoint;
        }

        public Endpoint endpoint() {
            return endpoint;
        }

        /** Says that the endpoint could not be reached, so that others are asked first for a while. */
        public void suspect() {
            Loads.this.suspect(endpoint.address());
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                leave(endpoint.address());
            }
        }
    }

    /**
     * Takes a place at one of these endpoints.
     *
     * @param prefix a hash of the prompt's beginning, 0 where there is none
     * @param tried addresses that failed this request already
     * @return nothing when none is left
     */
    public synchronized Optional<Lease> take(
            List<Endpoint> endpoints, Balancing balancing, long prefix, Set<String> tried) {
        long now = System.nanoTime();
        List<Candidate> trusted = new ArrayList<>(endpoints.size());
        List<Candidate> suspected = new ArrayList<>(0);
        for (int i = 0; i < endpoints.size(); i++) {
            Endpoint endpoint = endpoints.get(i);
            if (!tried.contains(endpoint.address())) {
                Load load = loads.computeIfAbsent(endpoint.address(), _ -> new Load());
                (load.isSuspect(now) ? suspected : trusted).add(new Candidate(endpoint, load.inFlight));
            }
        }
        var candidates = trusted.isEmpty() ? suspected : trusted;
        if (candidates.isEmpty()) {
            return Optional.empty();
        }
        Endpoint chosen = Choice.among(candidates, balancing, prefix, turn++).endpoint();
        loads.computeIfAbsent(chosen.address(), _ -> new Load()).inFlight++;
        return Optional.of(new Lease(chosen));
    }

    /** How many requests an endpoint has of this gateway. */
    public synchronized int inFlight(Endpoint endpoint) {
        var load = loads.get(endpoint.address());
        return load == null ? 0 : load.inFlight;
    }

    /** Forgets endpoints that are gone. */
    public synchronized void retain(RouteTable table) {
        Set<String> known = new HashSet<>();
        for (var route : table.routes()) {
            route.allEndpoints().forEach(endpoint -> known.add(endpoint.address()));
        }
        loads.entrySet().removeIf(load -> load.getValue().inFlight == 0 && !known.contains(load.getKey()));
    }

    private synchronized void suspect(String address) {
        var load = loads.get(address);
        if (load != null) {
            load.suspect = true;
            load.suspectUntil = System.nanoTime() + SUSPICION.toNanos();
        }
    }

    private synchronized void leave(String address) {
        var load = loads.get(address);
        if (load != null) {
            load.inFlight--;
        }
    }
}
