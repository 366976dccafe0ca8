package dev.windlass.model.source;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** What a source is shown so that it answers. Thread-safe. */
interface Credentials {
    /** The value of the header Authorization, for the source's own host and for nobody else. */
    Optional<String> authorization();

    /**
     * Gets better ones.
     *
     * @param refused what was shown
     * @param challenges what the source said it wants, as the values of the header WWW-Authenticate
     * @return whether it is worth asking again
     */
    default boolean renew(Optional<String> refused, List<String> challenges) throws IOException {
        return false;
    }

    /** Says what a person can do about a refusal, after {@code access refused (401)}. */
    String advice();

    /** For sources that know no callers. */
    static Credentials none() {
        return new Credentials() {
            @Override
            public Optional<String> authorization() {
                return Optional.empty();
            }

            @Override
            public String advice() {
                return "it is not open to everybody";
            }
        };
    }

    /** @param token of a hub, if there is one */
    static Credentials hub(Optional<String> token) {
        return new Credentials() {
            @Override
            public Optional<String> authorization() {
                return token.map(t -> "Bearer " + t);
            }

            @Override
            public String advice() {
                return token.isPresent()
                        ? "the token in HF_TOKEN may not read it; accept its terms on its page or use another token"
                        : "it is private, gated or misspelt; set HF_TOKEN to a token that may read it";
            }
        };
    }
}
