package dev.windlass.api;

import static dev.windlass.api.Absent.map;
import static dev.windlass.api.Absent.or;
import static dev.windlass.api.Absent.text;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who may ask. */
@ValidationRule(value = "self.mode != 'ApiKey' || has(self.selector)", message = Sentences.AUTH_SELECTOR)
@ValidationRule(value = "self.mode != 'Jwt' || has(self.jwt)", message = Sentences.AUTH_JWT)
public record AuthSpec(
        @Default("None") Mode mode,

        @JsonPropertyDescription(
                "Mode ApiKey: the Secrets with the SHA-256 of keys. Mode ServiceAccount: who of the namespace may ask; all without it.")
        @Nullable
        Selector selector,

        @JsonPropertyDescription("Whose tokens count. Needs mode Jwt.") @Nullable
        Jwt jwt)
        implements Block {
    static final AuthSpec ABSENT = new AuthSpec(null, null, null);

    public AuthSpec(@Nullable Mode mode, @Nullable Selector selector, @Nullable Jwt jwt) {
        this.mode = or(mode, Mode.None);
        this.selector = selector;
        this.jwt = jwt;
    }

    /** How callers show who they are. */
    public enum Mode {
        None,
        ApiKey,
        Jwt,
        ServiceAccount
    }

    /** Secrets or service accounts of the resource's namespace, by their labels. */
    public record Selector(
            @Required @Size(min = 1, max = 16) Map<String, @Size(max = 63) String> matchLabels) implements Block {
        public Selector {
            matchLabels = map(matchLabels);
        }
    }

    /**
     * Whose tokens count.
     *
     * @param audience empty for any
     * @param subjectClaim what says whose a token is
     * @param modelsClaim what says which models a token is for; empty for all
     */
    public record Jwt(
            @Required @Size(max = 512) String issuer,

            @Required @Size(max = 512) @Pattern("^https?://.+$")
            String jwksUri,

            @Size(max = 256) String audience,

            @Size(max = 64) @JsonPropertyDescription("sub by default.")
            String subjectClaim,

            @Size(max = 64)
            @JsonPropertyDescription("What says which models a token is for; it is for all where there is none.")
            String modelsClaim)
            implements Block {
        public Jwt {
            issuer = text(issuer);
            jwksUri = text(jwksUri);
            audience = text(audience);
            subjectClaim = or(subjectClaim, "sub");
            modelsClaim = text(modelsClaim);
        }
    }
}
