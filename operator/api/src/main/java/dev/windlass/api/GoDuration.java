package dev.windlass.api;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * A length of time as Kubernetes' users write it: {@code 90s}, {@code 5m}, {@code 1h30m}, {@code 500ms}.
 *
 * @param text as it was written, even where it is no duration
 */
public record GoDuration(@JsonValue String text) {
    static final String PATTERN = "^([0-9]{1,9}(h|ms|m|s))+$";
    static final String EXPECTED = "a duration such as 90s, 5m or 1h30m";
    private static final Pattern WHOLE = Pattern.compile(PATTERN);
    private static final Pattern PART = Pattern.compile("([0-9]+)(h|ms|m|s)");

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public GoDuration {}

    static GoDuration of(String text) {
        return new GoDuration(text);
    }

    public boolean isValid() {
        return WHOLE.matcher(text).matches();
    }

    /**
     * The time it means.
     *
     * @throws InvalidResourceException where it is no duration: {@link SpecCheck} finds those first
     */
    public Duration value() {
        if (!isValid()) {
            throw new InvalidResourceException("expected %s, got \"%s\"".formatted(EXPECTED, text));
        }
        return PART.matcher(text)
                .results()
                .map(part -> duration(Long.parseLong(part.group(1)), part.group(2)))
                .reduce(Duration.ZERO, Duration::plus);
    }

    private static Duration duration(long amount, String unit) {
        return switch (unit) {
            case "h" -> Duration.ofHours(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "s" -> Duration.ofSeconds(amount);
            default -> Duration.ofMillis(amount);
        };
    }

    @Override
    public String toString() {
        return text;
    }
}
