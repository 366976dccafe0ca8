package dev.windlass.policy.keys;

import dev.windlass.api.AuthSpec;
import dev.windlass.policy.Caller;
import dev.windlass.policy.access.Authenticator;
import dev.windlass.policy.access.Denial;
import dev.windlass.policy.access.Identity;
import java.time.InstantSource;
import java.util.Map;

/** Knows callers by their keys. */
public final class KeyAuthenticator implements Authenticator {
    private final CurrentKeys keys;
    private final InstantSource clock;

    public KeyAuthenticator(CurrentKeys keys, InstantSource clock) {
        this.keys = keys;
        this.clock = clock;
    }

    @Override
    public Identity identify(String token, String namespace, AuthSpec spec) {
        var selector = spec.selector();
        var found = keys.ring().find(token, namespace, selector == null ? Map.of() : selector.matchLabels());
        var key = found.orElseThrow(() -> Denial.invalid("Incorrect API key provided."));
        if (key.isExpired(clock.instant())) {
            throw Denial.invalid("The API key has expired.");
        }
        return new Identity(new Caller(key.id(), key.quota()), key.models());
    }
}
