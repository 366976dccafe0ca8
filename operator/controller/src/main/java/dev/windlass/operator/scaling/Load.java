package dev.windlass.operator.scaling;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is seen of a model's load.
 *
 * @param replicas every pod of every serving revision
 * @param gateway what the gateways hold, absent when none can be asked
 */
public record Load(List<Replica> replicas, @Nullable Gateway gateway) {
    public Load {
        replicas = List.copyOf(replicas);
    }

    /**
     * What the gateways hold.
     *
     * @param queued requests that wait for a replica
     * @param inFlight requests a replica is answering
     */
    public record Gateway(long queued, long inFlight, Instant at) {
        boolean isIdle() {
            return queued == 0 && inFlight == 0;
        }
    }
}
