package dev.windlass.gateway.measure;

import dev.windlass.gateway.route.DeploymentName;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** Counts what clients experienced of one deployment. */
public final class DeploymentMeter {
    private final DeploymentName name;
    private final Map<String, RevisionMeter> revisions = new ConcurrentHashMap<>();
    private final AtomicInteger held = new AtomicInteger();
    private final LongAdder refused = new LongAdder();

    DeploymentMeter(DeploymentName name) {
        this.name = name;
    }

    public RevisionMeter revision(String revision) {
        var meter = revisions.get(revision);
        return meter == null ? revisions.computeIfAbsent(revision, _ -> new RevisionMeter()) : meter;
    }

    /** How many requests wait for it to wake; whoever waits counts itself in and out. */
    public AtomicInteger held() {
        return held;
    }

    /** A request got 503, since it could neither be forwarded nor wait. */
    public void refused() {
        refused.increment();
    }

    void retain(Set<String> known) {
        revisions
                .entrySet()
                .removeIf(entry -> !known.contains(entry.getKey())
                        && entry.getValue().read(entry.getKey()).inFlight() == 0);
    }

    DeploymentReading read() {
        List<RevisionReading> readings = revisions.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> entry.getValue().read(entry.getKey()))
                .toList();
        return new DeploymentReading(name.namespace(), name.name(), held.get(), refused.sum(), readings);
    }
}
