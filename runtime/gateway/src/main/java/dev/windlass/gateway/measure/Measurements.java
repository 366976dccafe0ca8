package dev.windlass.gateway.measure;

import dev.windlass.gateway.route.DeploymentName;
import dev.windlass.gateway.route.RouteTable;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The meters of all deployments, in memory, as long as there are routes to them. */
public final class Measurements {
    private final Map<DeploymentName, DeploymentMeter> deployments = new ConcurrentHashMap<>();
    private volatile Supplier<List<DeploymentName>> keyless = List::of;

    /** @param names those now that ask for keys and that no key opens, as whoever asks for keys knows them */
    public void tellKeyless(Supplier<List<DeploymentName>> names) {
        keyless = names;
    }

    /** The deployments that ask for keys and that no key opens now. */
    public List<DeploymentName> keyless() {
        return keyless.get();
    }

    public DeploymentMeter of(DeploymentName name) {
        var meter = deployments.get(name);
        return meter == null ? deployments.computeIfAbsent(name, DeploymentMeter::new) : meter;
    }

    /** Begins to count for what is there, so that there are zeros to read, and forgets what is gone. */
    public void retain(RouteTable table) {
        Set<DeploymentName> known = new HashSet<>();
        for (var route : table.routes()) {
            known.add(route.deployment());
            var meter = of(route.deployment());
            Set<String> revisions = new HashSet<>(route.endpoints().keySet());
            revisions.addAll(route.traffic().split().weights().keySet());
            revisions.forEach(meter::revision);
            meter.retain(revisions);
        }
        deployments.keySet().retainAll(known);
    }

    /** All of them now, in the order of their names. */
    public List<DeploymentReading> read() {
        return deployments.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> entry.getValue().read())
                .collect(Collectors.toList());
    }
}
