package dev.windlass.engine.grammar;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.util.automaton.Automaton;
import org.apache.lucene.util.automaton.Operations;
import org.jspecify.annotations.Nullable;

/** What several schemas together ask of a number. */
record NumberShape(
        @Nullable Bound lower, @Nullable Bound upper, List<BigDecimal> multiples, boolean isInteger, SchemaPart at) {
    private static final int LARGEST_MULTIPLE = 4096;

    record Bound(BigDecimal value, boolean exclusive) {
        /** Whether {@code value} lies on the allowed side, {@code sign} saying which that is. */
        boolean allows(BigDecimal candidate, int sign) {
            int order = Integer.signum(candidate.compareTo(value)) * sign;
            return order > 0 || (order == 0 && !exclusive);
        }
    }

    static NumberShape of(List<SchemaPart> parts, boolean isInteger) {
        Bound lower = null;
        Bound upper = null;
        var multiples = new ArrayList<BigDecimal>();
        for (SchemaPart part : parts) {
            for (Bound bound : bounds(part, "minimum", "exclusiveMinimum")) {
                lower = tighter(lower, bound, 1);
            }
            for (Bound bound : bounds(part, "maximum", "exclusiveMaximum")) {
                upper = tighter(upper, bound, -1);
            }
            part.decimal("multipleOf").ifPresent(multiple -> {
                if (multiple.signum() <= 0) {
                    throw part.refuse("multipleOf", "must be greater than 0");
                }
                multiples.add(multiple);
            });
            String format = part.text("format").orElse("");
            if (format.equals("int32")) {
                lower = tighter(lower, new Bound(BigDecimal.valueOf(Integer.MIN_VALUE), false), 1);
                upper = tighter(upper, new Bound(BigDecimal.valueOf(Integer.MAX_VALUE), false), -1);
            } else if (format.equals("int64")) {
                lower = tighter(lower, new Bound(BigDecimal.valueOf(Long.MIN_VALUE), false), 1);
                upper = tighter(upper, new Bound(BigDecimal.valueOf(Long.MAX_VALUE), false), -1);
            }
        }
        return new NumberShape(lower, upper, multiples, isInteger, parts.getFirst());
    }

    private static List<Bound> bounds(SchemaPart part, String inclusive, String exclusive) {
        var bounds = new ArrayList<Bound>();
        // Draft 4 wrote exclusiveMinimum: true beside minimum.
        boolean flag = part.node().path(exclusive).isBoolean();
        part.decimal(inclusive)
                .ifPresent(value -> bounds.add(
                        new Bound(value, flag && part.node().get(exclusive).booleanValue())));
        if (!flag) {
            part.decimal(exclusive).ifPresent(value -> bounds.add(new Bound(value, true)));
        }
        return bounds;
    }

    private static Bound tighter(@Nullable Bound known, Bound bound, int sign) {
        if (known == null) {
            return bound;
        }
        int order = Integer.signum(bound.value.compareTo(known.value)) * sign;
        return order > 0 || (order == 0 && bound.exclusive) ? bound : known;
    }

    boolean isFree() {
        return lower == null && upper == null && multiples.isEmpty();
    }

    boolean matches(BigDecimal value) {
        return (lower == null || lower.allows(value, 1))
                && (upper == null || upper.allows(value, -1))
                && multiples.stream().allMatch(m -> value.remainder(m).signum() == 0);
    }

    /** The numbers as texts, written without exponents. */
    Automaton automaton() {
        var decimals = new Decimals(isInteger || onlyIntegers());
        Automaton numbers = decimals.between(lower, upper);
        for (BigDecimal multiple : multiples) {
            numbers = Operations.intersection(numbers, multiplesOf(multiple, decimals));
        }
        return Operations.removeDeadStates(numbers);
    }

    /** Whether a multiple asked for is a whole number, so that fractions need not be written. */
    private boolean onlyIntegers() {
        return multiples.stream().anyMatch(m -> m.stripTrailingZeros().scale() <= 0);
    }

    private Automaton multiplesOf(BigDecimal multiple, Decimals decimals) {
        BigDecimal stripped = multiple.stripTrailingZeros();
        if (stripped.unscaledValue().equals(BigInteger.ONE) && stripped.scale() >= 0) {
            return decimals.withFraction(stripped.scale());
        }
        if (!decimals.integers() || stripped.scale() > 0) {
            // A whole number that is a multiple of a fraction p/q in lowest terms is a multiple of p.
            BigInteger power = BigInteger.TEN.pow(Math.max(0, stripped.scale()));
            BigInteger numerator = stripped.unscaledValue();
            if (!decimals.integers()) {
                throw at.refuse("multipleOf", "of a number is supported only for whole numbers and powers of ten");
            }
            return decimals.divisibleBy(checked(numerator.divide(numerator.gcd(power))));
        }
        return decimals.divisibleBy(checked(stripped.toBigIntegerExact()));
    }

    private int checked(BigInteger multiple) {
        if (multiple.compareTo(BigInteger.valueOf(LARGEST_MULTIPLE)) > 0) {
            throw at.refuse("multipleOf", "must be at most " + LARGEST_MULTIPLE);
        }
        return multiple.intValue();
    }
}
