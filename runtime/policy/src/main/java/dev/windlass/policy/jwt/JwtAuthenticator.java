package dev.windlass.policy.jwt;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import com.nimbusds.jwt.proc.JWTProcessor;
import dev.windlass.api.AuthSpec;
import dev.windlass.http.ApiException;
import dev.windlass.policy.Caller;
import dev.windlass.policy.access.Authenticator;
import dev.windlass.policy.access.Denial;
import dev.windlass.policy.access.Identity;
import java.net.URI;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Knows callers by tokens of an issuer. Signatures are asymmetric ones only: with a symmetric algorithm among them, everybody who can read the
 * issuer's public key could sign with it. Keys that are not at hand are waited for, a few seconds at most.
 */
public final class JwtAuthenticator implements Authenticator, AutoCloseable {
    private static final Set<JWSAlgorithm> ALGORITHMS = Set.of(
            JWSAlgorithm.RS256,
            JWSAlgorithm.RS384,
            JWSAlgorithm.RS512,
            JWSAlgorithm.PS256,
            JWSAlgorithm.PS384,
            JWSAlgorithm.PS512,
            JWSAlgorithm.ES256,
            JWSAlgorithm.ES384,
            JWSAlgorithm.ES512);
    /** Of tokens, and of those for access in particular (RFC 9068); many say nothing. */
    private static final Set<@Nullable JOSEObjectType> TYPES =
            new HashSet<>(Arrays.asList(JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), null));

    private static final int SKEW_SECONDS = 60;
    private static final Duration RETRY = Duration.ofSeconds(5);
    /** Deployments' settings come and go; those that are gone need not be told apart from those that are not. */
    private static final int MOST_SETTINGS = 1000;

    private final KeySetFetch fetch = new KeySetFetch();
    private final InstantSource clock;
    private final Map<AuthSpec.Jwt, JWTProcessor<SecurityContext>> processors = new ConcurrentHashMap<>();

    public JwtAuthenticator(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public Identity identify(String token, String namespace, AuthSpec spec) {
        var settings = spec.jwt();
        if (settings == null) {
            throw Denial.invalid("Nobody can be let in: spec.auth.jwt is not set.");
        }
        var claims = verify(token, settings);
        try {
            String subject = claims.getStringClaim(settings.subjectClaim());
            if (subject == null || subject.isBlank()) {
                throw Denial.invalid("The token does not say whose it is.");
            }
            return new Identity(new Caller(subject, null), models(claims, settings.modelsClaim()));
        } catch (ParseException odd) {
            throw Denial.invalid("The token's claims are not what they should be.");
        }
    }

    private JWTClaimsSet verify(String token, AuthSpec.Jwt settings) {
        try {
            return processor(settings).process(token, null);
        } catch (KeySourceException noKeys) {
            throw ApiException.unavailable(
                    "issuer_unreachable", "The issuer's keys cannot be had, so that no token can be checked.", RETRY);
        } catch (BadJOSEException | JOSEException | ParseException refused) {
            throw Denial.invalid("The token is not valid: forged, expired, or not for this.");
        }
    }

    private JWTProcessor<SecurityContext> processor(AuthSpec.Jwt settings) {
        if (processors.size() > MOST_SETTINGS) {
            processors.clear();
        }
        return processors.computeIfAbsent(settings, this::process);
    }

    private JWTProcessor<SecurityContext> process(AuthSpec.Jwt settings) {
        var processor = new DefaultJWTProcessor<SecurityContext>();
        processor.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(TYPES));
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(
                ALGORITHMS, new KeySetCache(URI.create(settings.jwksUri()), fetch::fetch, clock)));
        var claims = new ClaimsCheck(
                settings.audience().isEmpty() ? null : settings.audience(),
                new JWTClaimsSet.Builder().issuer(settings.issuer()).build(),
                clock);
        claims.setMaxClockSkew(SKEW_SECONDS);
        processor.setJWTClaimsSetVerifier(claims);
        return processor;
    }

    /** That the issuer and the audience are right, and that it is neither too early nor too late by this clock. */
    private static final class ClaimsCheck extends DefaultJWTClaimsVerifier<SecurityContext> {
        private final InstantSource clock;

        ClaimsCheck(@Nullable String audience, JWTClaimsSet exact, InstantSource clock) {
            super(audience, exact, Set.of("exp"));
            this.clock = clock;
        }

        @Override
        protected Date currentTime() {
            return Date.from(Instant.ofEpochMilli(clock.millis()));
        }
    }

    /** A list, or names with spaces or commas between them. Where a claim is asked for, a token without it may use nothing. */
    private static Set<String> models(JWTClaimsSet claims, String claim) throws ParseException {
        if (claim.isEmpty()) {
            return Set.of();
        }
        Object written = claims.getClaim(claim);
        var names = switch (written) {
            case String text ->
                Arrays.stream(text.split("[,\\s]+", -1))
                        .filter(name -> !name.isEmpty())
                        .collect(Collectors.toSet());
            case List<?> _ -> Set.copyOf(claims.getStringListClaim(claim));
            case null, default -> Set.<String>of();
        };
        if (names.isEmpty()) {
            throw Denial.invalid("The token does not say which models it is for.");
        }
        return names;
    }

    @Override
    public void close() {
        fetch.close();
    }
}
