package dev.windlass.policy;

import dev.windlass.api.LimitsSpec;
import org.jspecify.annotations.Nullable;

/**
 * Who asks, as far as it is known.
 *
 * @param id what logs and quotas call the caller: a key's name, never the key
 * @param quota a quota of the caller's own in place of the deployment's for each key
 */
public record Caller(String id, LimitsSpec.@Nullable Quota quota) {
    /** Nobody in particular. */
    public static final Caller ANONYMOUS = new Caller("", null);

    /** Whether nothing is known of who asks. */
    public boolean isAnonymous() {
        return id.isEmpty();
    }
}
