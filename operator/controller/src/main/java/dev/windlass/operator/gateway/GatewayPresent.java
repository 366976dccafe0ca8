package dev.windlass.operator.gateway;

import dev.windlass.operator.gateway.GatewaySample.DeploymentSample;
import dev.windlass.operator.gateway.GatewaySample.EndpointSample;
import dev.windlass.operator.gateway.GatewaySample.RevisionSample;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What one gateway last said of the present, made ready to be asked about any of thousands of deployments.
 *
 * @param held requests that wait, by {@code namespace/deployment}
 * @param inFlight requests that are being answered
 * @param open the addresses of the pods that can be sent to
 * @param keyless those that ask for keys and that no key opens, by {@code namespace/deployment}
 */
public record GatewayPresent(
        Instant at,
        Map<String, Long> held,
        Map<RevisionKey, Long> inFlight,
        Map<RevisionKey, Set<String>> open,
        Set<String> keyless) {
    static GatewayPresent of(GatewaySample sample, Instant at) {
        Map<String, Long> held = new HashMap<>();
        Map<RevisionKey, Long> inFlight = new HashMap<>();
        Map<RevisionKey, Set<String>> open = new HashMap<>();
        for (DeploymentSample deployment : sample.deployments()) {
            held.put(deployment.namespace() + "/" + deployment.name(), deployment.held());
            for (RevisionSample revision : deployment.revisions()) {
                if (revision.inFlight() > 0) {
                    inFlight.put(deployment.key(revision), revision.inFlight());
                }
            }
        }
        for (EndpointSample endpoint : sample.endpoints()) {
            if (endpoint.ready() && !endpoint.draining()) {
                open.computeIfAbsent(endpoint.key(), _ -> new HashSet<>()).add(endpoint.address());
            }
        }
        Set<String> keyless = sample.keyless().stream()
                .map(deployment -> deployment.namespace() + "/" + deployment.name())
                .collect(Collectors.toSet());
        return new GatewayPresent(at, held, inFlight, open, keyless);
    }

    /** A revision's part of the requests that wait for its deployment: all of them where no pod can be sent to. */
    double waiting(RevisionKey key) {
        long all = held.getOrDefault(key.namespace() + "/" + key.deployment(), 0L);
        int pods = open.entrySet().stream()
                .filter(entry -> entry.getKey().namespace().equals(key.namespace())
                        && entry.getKey().deployment().equals(key.deployment()))
                .mapToInt(entry -> entry.getValue().size())
                .sum();
        return pods == 0 ? all : all * (double) open.getOrDefault(key, Set.of()).size() / pods;
    }

    /** Requests of a deployment that are being answered, whatever their revision. */
    long inFlight(String namespace, String deployment) {
        return inFlight.entrySet().stream()
                .filter(entry -> entry.getKey().namespace().equals(namespace)
                        && entry.getKey().deployment().equals(deployment))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }
}
