package dev.windlass.policy.access;

import dev.windlass.api.AuthSpec;
import dev.windlass.http.ApiException;
import dev.windlass.policy.Arrival;
import dev.windlass.policy.EdgePolicy;
import dev.windlass.policy.Passage;
import dev.windlass.policy.access.AccessCounts.Result;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Asks callers who they are where their deployment wants to know, and keeps what they showed from everybody behind it. */
public final class AccessPolicy implements EdgePolicy {
    private final Map<AuthSpec.Mode, Authenticator> authenticators;
    private final AccessCounts counts = new AccessCounts();

    /** @param authenticators by what they know callers by; a deployment that wants another way lets nobody in */
    public AccessPolicy(Map<AuthSpec.Mode, Authenticator> authenticators) {
        this.authenticators = Map.copyOf(authenticators);
    }

    public AccessCounts counts() {
        return counts;
    }

    @Override
    public Passage admit(Arrival arrival) {
        if (!isAsked(arrival.settings().auth())) {
            return Passage.FREE;
        }
        Credentials.HEADERS.forEach(arrival::withhold);
        var token = Credentials.token(arrival.head().header());
        try {
            var identity = identify(
                    token, arrival.target().namespace(), arrival.settings().auth());
            arrival.identify(identity.caller());
            requireMay(identity, arrival);
        } catch (ApiException denied) {
            counts.count(result(denied, token.isPresent()));
            if (denied.status() == 401) {
                arrival.reply(Denial.CHALLENGE, Denial.challenge(token.isPresent()));
            }
            throw denied;
        }
        counts.count(Result.Admitted);
        return Passage.FREE;
    }

    private static boolean isAsked(AuthSpec spec) {
        return spec.mode() != AuthSpec.Mode.None;
    }

    private Identity identify(Optional<String> token, String namespace, AuthSpec spec) {
        var authenticator = authenticators.get(spec.mode());
        if (authenticator == null) {
            throw Denial.invalid(
                    "Nobody can be let in: spec.auth.mode %s is not available here.".formatted(spec.mode()));
        }
        return authenticator.identify(token.orElseThrow(Denial::missing), namespace, spec);
    }

    /** The body is read only where the answer depends on it. */
    private static void requireMay(Identity identity, Arrival arrival) {
        if (identity.mayUseAll()) {
            return;
        }
        String asked = arrival.json().path("model").asText(arrival.target().deployment());
        if (!identity.mayUse(asked)) {
            throw Denial.forbidden(asked);
        }
    }

    private static Result result(ApiException denied, boolean hasShownSomething) {
        return switch (denied.status()) {
            case 403 -> Result.Forbidden;
            case 503 -> Result.Unanswered;
            default -> hasShownSomething ? Result.Invalid : Result.Missing;
        };
    }

    /**
     * Somebody who asks which models there are.
     *
     * @param header a header's value by its name in lower case
     */
    public Visitor visitor(Function<String, Optional<String>> header) {
        return new Visitor(Credentials.token(header));
    }

    /** Whoever asks for no more than names. Is asked who it is once for each way in which deployments want to know. */
    public final class Visitor {
        private final Optional<String> token;
        private final Map<Door, Optional<Identity>> known = new HashMap<>();
        private @Nullable ApiException denied;

        private record Door(String namespace, AuthSpec spec) {}

        private Visitor(Optional<String> token) {
            this.token = token;
        }

        /** Whether it may know of a model. */
        public boolean maySee(String namespace, AuthSpec spec, String model) {
            return !isAsked(spec)
                    || known.computeIfAbsent(new Door(namespace, spec), this::identity)
                            .filter(identity -> identity.mayUse(model))
                            .isPresent();
        }

        private Optional<Identity> identity(Door door) {
            try {
                return Optional.of(identify(token, door.namespace(), door.spec()));
            } catch (ApiException denial) {
                denied = denial;
                return Optional.empty();
            }
        }

        /** Why it saw nothing of what it was not let see, if it was turned away. */
        public Optional<ApiException> denied() {
            return Optional.ofNullable(denied);
        }

        /** How it should authenticate itself: the value of {@code WWW-Authenticate}. */
        public String challenge() {
            return Denial.challenge(token.isPresent());
        }
    }
}
