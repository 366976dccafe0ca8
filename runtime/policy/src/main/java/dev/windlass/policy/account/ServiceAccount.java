package dev.windlass.policy.account;

import java.util.Optional;

/** A service account of a cluster. */
public record ServiceAccount(String namespace, String name) {
    private static final String PREFIX = "system:serviceaccount:";

    /** The one that Kubernetes calls so; empty where the name is somebody else's. */
    public static Optional<ServiceAccount> of(String username) {
        if (!username.startsWith(PREFIX)) {
            return Optional.empty();
        }
        String[] parts = username.substring(PREFIX.length()).split(":", -1);
        return parts.length == 2 && !parts[0].isEmpty() && !parts[1].isEmpty()
                ? Optional.of(new ServiceAccount(parts[0], parts[1]))
                : Optional.empty();
    }

    /** What Kubernetes calls it. */
    public String username() {
        return PREFIX + namespace + ":" + name;
    }
}
