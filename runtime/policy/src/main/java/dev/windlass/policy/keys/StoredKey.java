package dev.windlass.policy.keys;

import dev.windlass.api.LimitsSpec;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a key.
 *
 * @param id what quotas, logs and traffic's stickiness call it
 * @param models the names it may use; empty for all
 * @param expires from when on it is void; null for never
 * @param quota its own, in place of the deployment's for each key
 */
record StoredKey(
        String id,
        KeyDigest digest,
        Set<String> models,
        @Nullable Instant expires,
        LimitsSpec.@Nullable Quota quota) {
    StoredKey {
        models = Set.copyOf(models);
    }

    boolean isExpired(Instant now) {
        return expires != null && !now.isBefore(expires);
    }
}
