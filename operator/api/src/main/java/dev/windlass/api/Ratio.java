package dev.windlass.api;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.math.BigDecimal;
import java.util.regex.Pattern;

/**
 * A number or a percentage: {@code 0.05}, {@code 1.5} or {@code 5%}. A string, since Kubernetes' API has no floats.
 *
 * @param text as it was written, even where it is no number
 */
public record Ratio(@JsonValue String text) {
    static final String PATTERN = "^[0-9]{1,9}([.][0-9]{1,9})?%?$";
    static final String SHARE = "^(0([.][0-9]{1,9})?|1([.]0{1,9})?|[0-9]{1,2}([.][0-9]{1,9})?%|100%)$";
    static final String IS_SHARE = "self.matches('" + SHARE + "')";
    static final String IS_ABOVE_ZERO = "self.matches('[1-9]')";
    static final String EXPECTED = "a number or a percentage such as \"0.05\" or \"5%\"";
    private static final Pattern WHOLE = Pattern.compile(PATTERN);

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public Ratio {}

    static Ratio of(String text) {
        return new Ratio(text);
    }

    public boolean isValid() {
        return WHOLE.matcher(text).matches();
    }

    /**
     * The number it means: 0.05 for {@code 5%}.
     *
     * @throws InvalidResourceException where it is no number: {@link SpecCheck} finds those first
     */
    public double value() {
        return exact().doubleValue();
    }

    BigDecimal exact() {
        if (!isValid()) {
            throw new InvalidResourceException("expected %s, got \"%s\"".formatted(EXPECTED, text));
        }
        return text.endsWith("%")
                ? new BigDecimal(text.substring(0, text.length() - 1)).movePointLeft(2)
                : new BigDecimal(text);
    }

    @Override
    public String toString() {
        return text;
    }
}
