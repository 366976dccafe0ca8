package dev.windlass.api;

import static dev.windlass.api.Absent.list;
import static dev.windlass.api.Absent.or;
import static dev.windlass.api.Absent.text;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One thing to look for. Which of its last five blocks is there says of what kind it is.
 *
 * @param action null takes the kind's own
 */
@ValidationRule(
        value =
                "(has(self.keywords) ? 1 : 0) + (has(self.pattern) ? 1 : 0) + (has(self.pii) ? 1 : 0) + (has(self.sentiment) ? 1 : 0) + (has(self.toxicity) ? 1 : 0) == 1",
        message = Sentences.FILTER_RULE_KIND)
public record FilterRule(
        @Required
        @Size(min = 1, max = 40)
        @Pattern(NAME)
        @JsonPropertyDescription("What counters and placeholders call it.")
        String name,

        @JsonPropertyDescription(
                "Block refuses or cuts off, Redact puts [name] in its place, Flag only counts. By default keywords, pattern and toxicity Block, pii Redact, sentiment Flag.")
        @Nullable
        Action action,

        @JsonPropertyDescription("Whether it looks at what is asked, what is answered, or both; Both by default.")
        Direction direction,

        @JsonPropertyDescription("Words and phrases, whatever letters they are written in.") @Nullable
        Keywords keywords,

        @JsonPropertyDescription("A regular expression.") @Nullable
        Expression pattern,

        @JsonPropertyDescription("What tells who somebody is.") @Nullable
        Pii pii,

        @JsonPropertyDescription("Sentences of a bad mood, by VADER's lexicon of English.") @Nullable
        Sentiment sentiment,

        @JsonPropertyDescription("Sentences that a classifier minds.") @Nullable
        Toxicity toxicity)
        implements Block {
    static final String NAME = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$";
    private static final String SHARE = "^(0([.][0-9]{1,4})?|1([.]0{1,4})?)$";
    private static final String BELOW_ZERO = "^-(0[.][0-9]{1,4}|1([.]0{1,4})?)$";

    public FilterRule(
            @Nullable String name,
            @Nullable Action action,
            @Nullable Direction direction,
            @Nullable Keywords keywords,
            @Nullable Expression pattern,
            @Nullable Pii pii,
            @Nullable Sentiment sentiment,
            @Nullable Toxicity toxicity) {
        this.name = text(name);
        this.action = action;
        this.direction = or(direction, Direction.Both);
        this.keywords = keywords;
        this.pattern = pattern;
        this.pii = pii;
        this.sentiment = sentiment;
        this.toxicity = toxicity;
    }

    /** What happens to what it finds, where the resource does not say. */
    @JsonIgnore
    public Action actionOrDefault() {
        return action != null ? action : pii != null ? Action.Redact : sentiment != null ? Action.Flag : Action.Block;
    }

    @JsonIgnore
    boolean isOfOneKind() {
        return Stream.of(keywords, pattern, pii, sentiment, toxicity)
                        .filter(Objects::nonNull)
                        .count()
                == 1;
    }

    /** What happens to what a rule finds. */
    public enum Action {
        Block,
        Redact,
        Flag
    }

    /** What a rule looks at. */
    public enum Direction {
        Both,
        Input,
        Output
    }

    /** Words and phrases. Case, width, accents, invisible characters and letters that only look Latin make no difference. */
    public record Keywords(@Required @Size(max = 1000) List<@Size(min = 1, max = 100) String> words) implements Block {
        public Keywords {
            words = list(words);
        }
    }

    /** A regular expression, in RE2's syntax. */
    public record Expression(
            @Required @Size(min = 1, max = 500) String expression,

            @Min(1)
            @Max(1024)
            @JsonPropertyDescription("The longest match in characters; longer ones are cut. 128 by default.")
            Integer maxLength)
            implements Block {
        public Expression(@Nullable String expression, @Nullable Integer maxLength) {
            this.expression = text(expression);
            this.maxLength = or(maxLength, 128);
        }
    }

    /** What tells who somebody is. */
    public record Pii(
            @Size(max = 5) @JsonPropertyDescription("All of them by default.")
            List<Recogniser> recognisers,

            @Size(max = 32) @JsonPropertyDescription("Recognisers of your own.")
            List<Own> own)
            implements Block {
        public Pii {
            recognisers = recognisers == null ? List.of(Recogniser.values()) : list(recognisers);
            own = list(own);
        }
    }

    /** What is recognised by its form, and by its checksum where it has one. */
    public enum Recogniser {
        Email,
        Phone,
        Iban,
        Card,
        IpAddress
    }

    /** A recogniser of somebody's own. */
    public record Own(
            @Required @Size(min = 1, max = 40) @Pattern(NAME) @JsonPropertyDescription("What stands in its place.")
            String name,

            @Required
            @Size(min = 1, max = 500)
            @JsonPropertyDescription("A regular expression, of at most 128 characters' matches.")
            String pattern)
            implements Block {
        public Own {
            name = text(name);
            pattern = text(pattern);
        }
    }

    /** Sentences of a bad mood. */
    public record Sentiment(
            @Pattern(BELOW_ZERO)
            @JsonPropertyDescription(
                    "The compound score, above -1 and below 0, under which a sentence matches; \"-0.5\" by default.")
            String threshold)
            implements Block {
        public Sentiment(@Nullable String threshold) {
            this.threshold = or(threshold, "-0.5");
        }
    }

    /** Sentences that a classifier minds. */
    public record Toxicity(
            @Required
            @Size(min = 1, max = 40)
            @JsonPropertyDescription("An LlmDeployment of this namespace that serves /v1/classify.")
            String model,

            @Pattern(SHARE)
            @JsonPropertyDescription("The score, from 0 to 1, above which a sentence matches; \"0.7\" by default.")
            String threshold,

            @Size(max = 32) @JsonPropertyDescription("The classifier's labels that count; all of them by default.")
            List<@Size(min = 1, max = 64) String> labels)
            implements Block {
        public Toxicity(@Nullable String model, @Nullable String threshold, @Nullable List<String> labels) {
            this.model = text(model);
            this.threshold = or(threshold, "0.7");
            this.labels = list(labels);
        }
    }
}
