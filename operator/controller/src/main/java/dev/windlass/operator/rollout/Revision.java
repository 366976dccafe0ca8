package dev.windlass.operator.rollout;

import org.jspecify.annotations.Nullable;

/**
 * One revision as the cluster shows it.
 *
 * @param hash its identity: the hash of the versioned part of the spec
 * @param order ascending in the order of creation
 * @param role as its label says; counts only where the stored state was lost
 * @param desired the replicas its Deployment asks for
 * @param pods the pods that exist and hold their devices, terminating ones too
 * @param ready the pods whose readiness probe passes
 * @param routable the pods the gateway itself can send to; what weights and scaling down go by
 * @param prepared whether its model is ready for pods; until then it gets none
 * @param trouble what keeps its pods from becoming ready, if something does
 */
public record Revision(
        String hash,
        long order,
        Role role,
        int desired,
        int pods,
        int ready,
        int routable,
        boolean prepared,
        @Nullable Trouble trouble) {
    public Revision {
        if (desired < 0 || pods < 0 || ready < 0 || routable < 0) {
            throw new IllegalArgumentException(
                    "revision %s: expected counts of at least 0, got desired %d, pods %d, ready %d, routable %d"
                            .formatted(hash, desired, pods, ready, routable));
        }
    }

    /** A revision that has nothing in the cluster yet. */
    public static Revision absent(String hash) {
        return new Revision(hash, Long.MAX_VALUE, new Role.Retired(), 0, 0, 0, 0, true, null);
    }

    boolean isIdle() {
        return desired == 0 && pods == 0;
    }
}
