package dev.windlass.policy.account;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** Whoever knows the service accounts of a cluster, and made their tokens. Takes a few seconds at most for an answer. */
public interface AccountDirectory {
    /**
     * Whose a token is; empty where it is nobody's, not any more, or not for the audience.
     *
     * @throws IOException where there is no answer
     */
    Optional<ServiceAccount> owner(String token, String audience) throws IOException;

    /**
     * The labels of an account; none where it is gone.
     *
     * @throws IOException where there is no answer
     */
    Map<String, String> labels(ServiceAccount account) throws IOException;
}
