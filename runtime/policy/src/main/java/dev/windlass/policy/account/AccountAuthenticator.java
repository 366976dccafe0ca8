package dev.windlass.policy.account;

import dev.windlass.api.AuthSpec;
import dev.windlass.http.ApiException;
import dev.windlass.policy.Caller;
import dev.windlass.policy.access.Authenticator;
import dev.windlass.policy.access.Denial;
import dev.windlass.policy.access.Identity;
import dev.windlass.policy.account.Inquiries.Kept;
import dev.windlass.policy.keys.KeyDigest;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows callers by the tokens that a cluster gives its service accounts. The cluster is asked about each, since only it knows which accounts and
 * pods are still there; its word counts for a short time, and no longer than the token. Tokens are kept by their digests.
 */
public final class AccountAuthenticator implements Authenticator {
    static final Duration GOOD = Duration.ofMinutes(2);
    static final Duration BAD = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(AccountAuthenticator.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration RETRY = Duration.ofSeconds(5);

    private final AccountDirectory directory;
    private final String audience;
    private final InstantSource clock;
    private final AccountCounts counts = new AccountCounts();
    private final Inquiries<String, Optional<ServiceAccount>> owners;
    private final Inquiries<ServiceAccount, Map<String, String>> labels;
    private volatile boolean isUnanswered;

    /** @param audience that tokens have to be for, so that none that was given to somebody else opens a model */
    public AccountAuthenticator(AccountDirectory directory, String audience, InstantSource clock) {
        this(directory, audience, clock, PATIENCE);
    }

    AccountAuthenticator(AccountDirectory directory, String audience, InstantSource clock, Duration patience) {
        this.directory = directory;
        this.audience = audience;
        this.clock = clock;
        this.owners = new Inquiries<>(clock, patience);
        this.labels = new Inquiries<>(clock, patience);
    }

    /** How often the cluster was asked about a token. */
    public AccountCounts counts() {
        return counts;
    }

    @Override
    public Identity identify(String token, String namespace, AuthSpec spec) {
        var claims = TokenClaims.read(token)
                .filter(found -> found.isFor(audience, clock.instant()))
                .orElseThrow(this::useless);
        try {
            var account = owners.answer(KeyDigest.of(token).hex(), () -> owner(token, claims))
                    .orElseThrow(this::useless);
            var caller = new Caller(account.username(), null);
            return isWelcome(account, namespace, spec) ? Identity.of(caller) : Identity.stranger(caller);
        } catch (IOException unanswered) {
            unanswered(unanswered);
            throw ApiException.unavailable(
                    "accounts_unreachable", "The cluster cannot be asked whose token this is.", RETRY);
        }
    }

    private ApiException useless() {
        return Denial.invalid(
                "The token is not one of a Kubernetes service account for the audience %s, or not any more."
                        .formatted(audience));
    }

    private Kept<Optional<ServiceAccount>> owner(String token, TokenClaims claims) throws IOException {
        try {
            var owner = directory.owner(token, audience);
            isUnanswered = false;
            counts.count(owner.isPresent() ? AccountCounts.Result.Known : AccountCounts.Result.Unknown);
            var left = Duration.between(Instant.ofEpochMilli(clock.millis()), claims.expires());
            return new Kept<>(owner, owner.isEmpty() ? BAD : left.compareTo(GOOD) < 0 ? left : GOOD);
        } catch (IOException unanswered) {
            counts.count(AccountCounts.Result.Unanswered);
            throw unanswered;
        }
    }

    /** Accounts of the model's own namespace, and of these the ones with the labels that it wants. */
    private boolean isWelcome(ServiceAccount account, String namespace, AuthSpec spec) throws IOException {
        if (!account.namespace().equals(namespace)) {
            return false;
        }
        var selector = spec.selector();
        return selector == null
                || labels.answer(account, () -> new Kept<>(directory.labels(account), GOOD))
                        .entrySet()
                        .containsAll(selector.matchLabels().entrySet());
    }

    /** Once, and not for each caller. */
    private void unanswered(IOException problem) {
        if (!isUnanswered) {
            isUnanswered = true;
            LOG.warn(
                    "the API server cannot be asked about service accounts, so that those not known yet are told to come back: {}",
                    problem.getMessage());
        }
    }
}
