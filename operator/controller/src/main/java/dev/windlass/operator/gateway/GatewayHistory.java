package dev.windlass.operator.gateway;

import dev.windlass.operator.gateway.GatewaySample.DeploymentSample;
import dev.windlass.operator.gateway.GatewaySample.RevisionSample;
import dev.windlass.operator.rollout.Measurement;
import dev.windlass.operator.scaling.Load;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The latest samples of every gateway. Not safe for several threads; its owner guards it.
 *
 * <p>One sample a gateway says what is now, two say what happened between. Old ones are thinned out, so that a window of an
 * hour costs little more than one of a minute.
 */
final class GatewayHistory {
    /** No window is longer: what a canary did an hour ago says nothing of what it does now. */
    static final Duration LONGEST = Duration.ofHours(1);

    private static final Duration FINE = Duration.ofMinutes(2);
    private static final Duration COARSE = Duration.ofSeconds(30);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration RECENT = Duration.ofSeconds(30);
    /** After so long without an answer a gateway's word on the present counts no more. */
    private static final Duration STALE = Duration.ofSeconds(15);

    private final Map<String, Deque<Taken>> byGateway = new HashMap<>();
    private final Map<String, GatewayPresent> present = new HashMap<>();

    /** What was counted of each revision until one moment. */
    private record Taken(Instant at, Map<RevisionKey, RevisionTraffic> traffic) {
        RevisionTraffic of(RevisionKey key) {
            return traffic.getOrDefault(key, RevisionTraffic.NONE);
        }
    }

    /** Remembers what a gateway said. */
    void add(String gateway, GatewaySample sample, Instant at) {
        Map<RevisionKey, RevisionTraffic> traffic = new HashMap<>();
        for (DeploymentSample deployment : sample.deployments()) {
            for (RevisionSample revision : deployment.revisions()) {
                if (revision.requests() > 0) {
                    traffic.put(deployment.key(revision), RevisionTraffic.of(revision));
                }
            }
        }
        Deque<Taken> taken = byGateway.computeIfAbsent(gateway, _ -> new ArrayDeque<>());
        taken.addLast(new Taken(at, traffic));
        thin(taken, at);
        present.put(gateway, GatewayPresent.of(sample, at));
    }

    /** Forgets gateways that are no more: their present at once, their past when no window reaches back to it. */
    void retain(Collection<String> gateways, Instant now) {
        present.keySet().retainAll(gateways);
        byGateway
                .entrySet()
                .removeIf(entry -> !gateways.contains(entry.getKey())
                        && entry.getValue().getLast().at().isBefore(now.minus(LONGEST)));
    }

    private static void thin(Deque<Taken> taken, Instant now) {
        while (taken.size() > 2 && taken.getFirst().at().isBefore(now.minus(LONGEST))) {
            taken.removeFirst();
        }
        Instant kept = Instant.MIN;
        for (Iterator<Taken> samples = taken.iterator(); samples.hasNext(); ) {
            Instant at = samples.next().at();
            if (at.isBefore(now.minus(FINE)) && kept.isAfter(at.minus(COARSE))) {
                samples.remove();
            } else {
                kept = at;
            }
        }
    }

    /**
     * What was measured of some revisions over one and the same window.
     *
     * @param from the window begins with the first sample from then on
     * @return nothing where no gateway has been heard twice since
     */
    Map<String, Measurement> measure(String namespace, String deployment, Set<String> revisions, Instant from) {
        Map<String, RevisionTraffic> sums = new HashMap<>();
        Instant to = from;
        for (Deque<Taken> taken : byGateway.values()) {
            List<Taken> within =
                    taken.stream().filter(sample -> !sample.at().isBefore(from)).toList();
            if (within.size() < 2) {
                continue;
            }
            Instant last = within.getLast().at();
            to = to.isAfter(last) ? to : last;
            for (String revision : revisions) {
                var key = new RevisionKey(namespace, deployment, revision);
                sums.merge(revision, counted(within, key), RevisionTraffic::and);
            }
        }
        Map<String, Measurement> measurements = new HashMap<>();
        for (var sum : sums.entrySet()) {
            measurements.put(sum.getKey(), sum.getValue().measured(from, to));
        }
        return measurements;
    }

    /** From each sample to the next: a gateway that began again in between counts with what it said before, too. */
    private static RevisionTraffic counted(List<Taken> samples, RevisionKey key) {
        RevisionTraffic sum = RevisionTraffic.NONE;
        for (int i = 1; i < samples.size(); i++) {
            sum = sum.and(samples.get(i).of(key).since(samples.get(i - 1).of(key)));
        }
        return sum;
    }

    /** How fast a revision generates of late, over all gateways, in tokens per second; nothing where none is heard. */
    OptionalDouble tokensPerSecond(RevisionKey key, Instant now) {
        return fresh(now).isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(byGateway.values().stream()
                        .mapToDouble(taken -> rate(taken, key, now))
                        .sum());
    }

    /** Seconds to the first token in the last minute, 95th percentile: 0 where nobody asked; nothing where none is heard. */
    OptionalDouble timeToFirstToken(RevisionKey key, Instant now) {
        Measurement measured = measure(key.namespace(), key.deployment(), Set.of(key.revision()), now.minus(MINUTE))
                .get(key.revision());
        if (measured == null) {
            return OptionalDouble.empty();
        }
        Double seconds = measured.ttftP95();
        return OptionalDouble.of(seconds == null ? 0 : seconds);
    }

    /**
     * Requests that wait at the gateways for a revision: they wait for a model, and its revisions share them as they share its
     * pods. Nothing where no gateway is heard.
     */
    OptionalDouble waiting(RevisionKey key, Instant now) {
        List<GatewayPresent> fresh = fresh(now);
        if (fresh.isEmpty()) {
            return OptionalDouble.empty();
        }
        return OptionalDouble.of(
                fresh.stream().mapToDouble(gateway -> gateway.waiting(key)).sum());
    }

    private static double rate(Deque<Taken> taken, RevisionKey key, Instant now) {
        Taken last = taken.getLast();
        Taken first = taken.stream()
                .filter(sample -> !sample.at().isBefore(now.minus(RECENT)))
                .findFirst()
                .orElse(last);
        double seconds = Duration.between(first.at(), last.at()).toMillis() / 1000.0;
        return seconds <= 0 ? 0 : last.of(key).since(first.of(key)).generatedTokens() / seconds;
    }

    /** Requests a revision is answering now, over all gateways; nothing where none is heard. */
    OptionalLong inFlight(RevisionKey key, Instant now) {
        List<GatewayPresent> fresh = fresh(now);
        return fresh.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(fresh.stream()
                        .mapToLong(gateway -> gateway.inFlight().getOrDefault(key, 0L))
                        .sum());
    }

    /** Whether all that are heard say that no key opens a deployment which asks for keys. */
    boolean lacksKeys(String namespace, String deployment, Instant now) {
        List<GatewayPresent> fresh = fresh(now);
        String name = namespace + "/" + deployment;
        return !fresh.isEmpty()
                && fresh.stream().allMatch(gateway -> gateway.keyless().contains(name));
    }

    /** What waits and what is answered now; nothing where no gateway is heard. */
    Optional<Load.Gateway> load(String namespace, String deployment, Instant now) {
        String name = namespace + "/" + deployment;
        return fresh(now).stream()
                .map(gateway -> new Load.Gateway(
                        gateway.held().getOrDefault(name, 0L), gateway.inFlight(namespace, deployment), gateway.at()))
                .reduce((one, other) -> new Load.Gateway(
                        one.queued() + other.queued(),
                        one.inFlight() + other.inFlight(),
                        one.at().isBefore(other.at()) ? one.at() : other.at()));
    }

    /**
     * The pods of a revision that every gateway can send to.
     *
     * @return nothing where no gateway is heard
     */
    OptionalInt routable(RevisionKey key, Instant now) {
        return fresh(now).stream()
                .mapToInt(gateway -> gateway.open().getOrDefault(key, Set.of()).size())
                .min();
    }

    /** The addresses of a revision's pods that some gateway can send to. */
    Set<String> addresses(RevisionKey key, Instant now) {
        return fresh(now).stream()
                .flatMap(gateway -> gateway.open().getOrDefault(key, Set.of()).stream())
                .collect(Collectors.toSet());
    }

    /** The word of those gateways that count for the present. */
    List<GatewayPresent> fresh(Instant now) {
        return present.values().stream()
                .filter(gateway -> !gateway.at().isBefore(now.minus(STALE)))
                .toList();
    }
}
