package dev.windlass.operator.rollout;

import java.time.Instant;

/**
 * How far a candidate has come, and when it last came further.
 *
 * @param routable the most replicas seen serving
 */
public record Progress(Instant since, int routable) {
    Progress seen(Revision candidate, Instant now) {
        return candidate.routable() > routable ? new Progress(now, candidate.routable()) : this;
    }
}
