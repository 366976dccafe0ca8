package dev.windlass.api;

import static dev.windlass.api.Absent.map;
import static dev.windlass.api.Absent.or;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who may ask. */
@ValidationRule(value = "self.mode != 'ApiKey' || has(self.selector)", message = Sentences.AUTH_SELECTOR)
public record AuthSpec(
        @Default("None") Mode mode,

        @JsonPropertyDescription("The Secrets that hold the SHA-256 of keys. Needs mode ApiKey.") @Nullable
        Selector selector)
        implements Block {
    static final AuthSpec ABSENT = new AuthSpec(null, null);

    public AuthSpec(@Nullable Mode mode, @Nullable Selector selector) {
        this.mode = or(mode, Mode.None);
        this.selector = selector;
    }

    /** How callers show who they are. */
    public enum Mode {
        None,
        ApiKey,
        ServiceAccount
    }

    /** Secrets of the resource's namespace, by their labels. */
    public record Selector(
            @Required @Size(min = 1, max = 16) Map<String, @Size(max = 63) String> matchLabels) implements Block {
        public Selector {
            matchLabels = map(matchLabels);
        }
    }
}
