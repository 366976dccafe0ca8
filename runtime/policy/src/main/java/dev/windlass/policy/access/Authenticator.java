package dev.windlass.policy.access;

import dev.windlass.api.AuthSpec;

/** Knows whom a secret belongs to. */
@FunctionalInterface
public interface Authenticator {
    /**
     * Whose it is.
     *
     * @param token a key or another secret that a caller showed
     * @param namespace of the deployment that is asked
     * @param spec what that deployment wants
     * @throws dev.windlass.http.ApiException a {@link Denial} where it is nobody's, or not any more
     */
    Identity identify(String token, String namespace, AuthSpec spec);
}
