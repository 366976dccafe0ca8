package dev.windlass.policy.jwt;

import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An issuer's public keys, kept for a while. A token with a key that is not among them may be signed with a new one, so that they are fetched
 * anew, but not more often than once in an interval, whatever anybody sends. An issuer that cannot be reached changes nothing for an hour.
 */
final class KeySetCache implements JWKSource<SecurityContext> {
    static final Duration FRESH = Duration.ofMinutes(5);
    static final Duration INTERVAL = Duration.ofSeconds(30);
    /** After a failure, since until then nobody may be let in. */
    static final Duration RETRY = Duration.ofSeconds(5);

    static final Duration LONGEST = Duration.ofHours(1);

    private static final Logger LOG = LoggerFactory.getLogger(KeySetCache.class);

    private final URI place;
    private final Fetch fetch;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile @Nullable Held held;
    private @Nullable Instant nextAttempt;

    /** Fetches keys. */
    @FunctionalInterface
    interface Fetch {
        JWKSet fetch(URI place) throws IOException;
    }

    private record Held(JWKSet keys, Instant since) {}

    KeySetCache(URI place, Fetch fetch, InstantSource clock) {
        this.place = place;
        this.fetch = fetch;
        this.clock = clock;
    }

    @Override
    public List<JWK> get(JWKSelector selector, @Nullable SecurityContext context) throws KeySourceException {
        var now = clock.instant();
        var seen = held;
        if (seen == null) {
            seen = fetchUnlessDone(null, now);
        } else if (!now.isBefore(seen.since().plus(FRESH))) {
            seen = refresh(seen, now);
        }
        var found = select(selector, seen, now);
        if (found.isEmpty()) {
            found = select(selector, fetchUnlessDone(seen, now), now);
        }
        return found;
    }

    private static List<JWK> select(JWKSelector selector, @Nullable Held held, Instant now) throws KeySourceException {
        if (held == null || now.isAfter(held.since().plus(LONGEST))) {
            throw new KeySourceException("the issuer's keys are not to be had");
        }
        return selector.select(held.keys());
    }

    /** Of those who find the keys old one fetches, and the others go on with what there is. */
    private Held refresh(Held old, Instant now) {
        if (!lock.tryLock()) {
            return old;
        }
        try {
            var fetched = fetchUnlessDone(old, now);
            return fetched == null ? old : fetched;
        } finally {
            lock.unlock();
        }
    }

    /** Those who need other keys than they saw wait for whoever fetches them. */
    private @Nullable Held fetchUnlessDone(@Nullable Held seen, Instant now) {
        lock.lock();
        try {
            if (held == seen && (nextAttempt == null || !now.isBefore(nextAttempt))) {
                attempt(now);
            }
            return held;
        } finally {
            lock.unlock();
        }
    }

    private void attempt(Instant now) {
        nextAttempt = now.plus(INTERVAL);
        try {
            held = new Held(fetch.fetch(place), now);
        } catch (IOException e) {
            nextAttempt = now.plus(RETRY);
            LOG.warn("the keys at {} cannot be had: {}", place, e.getMessage());
        }
    }
}
