package dev.windlass.policy.account;

import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/** What a token says of itself, which anybody may have written: enough to see that it need not be asked about. */
record TokenClaims(Set<String> audiences, Instant expires) {
    TokenClaims {
        audiences = Set.copyOf(audiences);
    }

    /** Empty where it is no signed token with an audience and an end, as those for an audience are. */
    static Optional<TokenClaims> read(String token) {
        try {
            var claims = SignedJWT.parse(token).getJWTClaimsSet();
            var expires = claims.getExpirationTime();
            return expires == null || claims.getAudience().isEmpty()
                    ? Optional.empty()
                    : Optional.of(new TokenClaims(Set.copyOf(claims.getAudience()), expires.toInstant()));
        } catch (ParseException | RuntimeException odd) {
            return Optional.empty();
        }
    }

    boolean isFor(String audience, Instant now) {
        return audiences.contains(audience) && now.isBefore(expires);
    }
}
