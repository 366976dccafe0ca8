package dev.windlass.policy.keys;

import dev.windlass.api.AuthSpec;
import dev.windlass.api.LimitsSpec.Quota;
import dev.windlass.policy.Caller;
import dev.windlass.policy.access.Authenticator;
import dev.windlass.policy.access.Denial;
import dev.windlass.policy.access.Identity;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/** Knows callers by their keys. */
public final class KeyAuthenticator implements Authenticator {
    private final CurrentKeys keys;
    private final InstantSource clock;

    public KeyAuthenticator(CurrentKeys keys, InstantSource clock) {
        this.keys = keys;
        this.clock = clock;
    }

    /** How many keys are in force now that open a deployment of this namespace. */
    public int inForce(String namespace, AuthSpec spec) {
        return keys.ring().inForce(namespace, labels(spec), clock.instant());
    }

    /** The quotas that such keys have of their own. */
    public List<Quota> quotas(String namespace, AuthSpec spec) {
        return keys.ring().quotas(namespace, labels(spec), clock.instant());
    }

    private static Map<String, String> labels(AuthSpec spec) {
        var selector = spec.selector();
        return selector == null ? Map.of() : selector.matchLabels();
    }

    @Override
    public Identity identify(String token, String namespace, AuthSpec spec) {
        var found = keys.ring().find(token, namespace, labels(spec));
        var key = found.orElseThrow(() -> Denial.invalid("Incorrect API key provided."));
        if (key.isExpired(clock.instant())) {
            throw Denial.invalid("The API key has expired.");
        }
        return new Identity(new Caller(key.id(), key.quota()), key.models());
    }
}
