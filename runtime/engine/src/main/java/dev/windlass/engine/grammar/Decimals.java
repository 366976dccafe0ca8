package dev.windlass.engine.grammar;

import dev.windlass.engine.grammar.NumberShape.Bound;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.util.automaton.Automata;
import org.apache.lucene.util.automaton.Automaton;
import org.apache.lucene.util.automaton.Operations;
import org.jspecify.annotations.Nullable;

/**
 * Automata over the decimal spellings of numbers, as JSON allows them without exponents: no leading zeros, and a point
 * only before digits.
 *
 * @param integers whether fractions are left out altogether
 */
record Decimals(boolean integers) {
    /** The numbers between two bounds, each absent, inclusive or exclusive. */
    Automaton between(@Nullable Bound lower, @Nullable Bound upper) {
        var signs = new ArrayList<Automaton>();
        signs.add(notNegative(lower, upper));
        signs.add(joined(Automata.makeChar('-'), notNegative(negated(upper), negated(lower))));
        return Operations.union(signs);
    }

    private static @Nullable Bound negated(@Nullable Bound bound) {
        return bound == null ? null : new Bound(bound.value().negate(), bound.exclusive());
    }

    private Automaton notNegative(@Nullable Bound lower, @Nullable Bound upper) {
        var zero = new Bound(BigDecimal.ZERO, false);
        Bound least = lower == null || lower.value().signum() < 0 ? zero : lower;
        Automaton from = from(least);
        if (upper == null) {
            return from;
        }
        return upper.value().signum() < 0 ? Automata.makeEmpty() : Operations.intersection(from, upTo(upper));
    }

    private Automaton from(Bound bound) {
        String whole = whole(bound.value());
        String fraction = fraction(bound.value());
        return Operations.union(List.of(
                joined(wholeAbove(whole), anyFraction()),
                joined(Automata.makeString(whole), fractionFrom(fraction, bound.exclusive()))));
    }

    private Automaton upTo(Bound bound) {
        String whole = whole(bound.value());
        String fraction = fraction(bound.value());
        return Operations.union(List.of(
                joined(wholeBelow(whole), anyFraction()),
                joined(Automata.makeString(whole), fractionUpTo(fraction, bound.exclusive()))));
    }

    private static String whole(BigDecimal value) {
        return value.toBigInteger().toString();
    }

    private static String fraction(BigDecimal value) {
        String plain = value.stripTrailingZeros().toPlainString();
        int point = plain.indexOf('.');
        return point < 0 ? "" : plain.substring(point + 1);
    }

    /** Whole numbers greater than {@code n}. */
    private static Automaton wholeAbove(String n) {
        var all = new ArrayList<Automaton>();
        all.add(joined(List.of(digits('1', '9'), digits(n.length(), n.length()), anyDigits())));
        for (int i = 0; i < n.length(); i++) {
            if (n.charAt(i) < '9') {
                all.add(joined(List.of(
                        Automata.makeString(n.substring(0, i)),
                        digits((char) (n.charAt(i) + 1), '9'),
                        digits(n.length() - i - 1, n.length() - i - 1))));
            }
        }
        return Operations.union(all);
    }

    /** Whole numbers from zero that are less than {@code n}. */
    private static Automaton wholeBelow(String n) {
        var all = new ArrayList<Automaton>();
        all.add(n.equals("0") ? Automata.makeEmpty() : Automata.makeChar('0'));
        if (n.length() > 1) {
            all.add(joined(digits('1', '9'), digits(0, n.length() - 2)));
        }
        for (int i = 0; i < n.length(); i++) {
            char least = i == 0 ? '1' : '0';
            if (n.charAt(i) > least) {
                all.add(joined(List.of(
                        Automata.makeString(n.substring(0, i)),
                        digits(least, (char) (n.charAt(i) - 1)),
                        digits(n.length() - i - 1, n.length() - i - 1))));
            }
        }
        return Operations.union(all);
    }

    /** A fraction, or none, that is at least or more than {@code f}, which does not end in a zero. */
    private Automaton fractionFrom(String f, boolean exclusive) {
        if (f.isEmpty() && !exclusive) {
            return anyFraction();
        }
        if (integers) {
            return Automata.makeEmpty();
        }
        var digits = new ArrayList<Automaton>();
        for (int i = 0; i < f.length(); i++) {
            if (f.charAt(i) < '9') {
                digits.add(joined(List.of(
                        Automata.makeString(f.substring(0, i)), digits((char) (f.charAt(i) + 1), '9'), anyDigits())));
            }
        }
        Automaton more = exclusive
                ? joined(List.of(Operations.repeat(Automata.makeChar('0')), digits('1', '9'), anyDigits()))
                : anyDigits();
        digits.add(joined(Automata.makeString(f), more));
        return joined(Automata.makeChar('.'), Operations.union(digits));
    }

    /** A fraction, or none, that is at most or less than {@code f}. */
    private Automaton fractionUpTo(String f, boolean exclusive) {
        if (f.isEmpty() && exclusive) {
            return Automata.makeEmpty();
        }
        if (integers) {
            return Automata.makeEmptyString();
        }
        var digits = new ArrayList<Automaton>();
        for (int i = 0; i < f.length(); i++) {
            if (f.charAt(i) > '0') {
                digits.add(joined(List.of(
                        Automata.makeString(f.substring(0, i)), digits('0', (char) (f.charAt(i) - 1)), anyDigits())));
            }
            if (i > 0) {
                digits.add(Automata.makeString(f.substring(0, i)));
            }
        }
        if (!exclusive) {
            Automaton zeros = Operations.repeat(Automata.makeChar('0'));
            digits.add(joined(f.isEmpty() ? Automata.makeChar('0') : Automata.makeString(f), zeros));
        }
        return Operations.optional(joined(Automata.makeChar('.'), Operations.union(digits)));
    }

    private Automaton anyFraction() {
        return integers
                ? Automata.makeEmptyString()
                : Operations.optional(joined(List.of(Automata.makeChar('.'), digits('0', '9'), anyDigits())));
    }

    /** Any number with at most {@code places} decimal places. */
    Automaton withFraction(int places) {
        Automaton whole = whole();
        return places == 0 || integers
                ? whole
                : joined(whole, Operations.optional(joined(Automata.makeChar('.'), digits(1, places))));
    }

    private static Automaton whole() {
        return joined(
                Operations.optional(Automata.makeChar('-')),
                Operations.union(List.of(Automata.makeChar('0'), joined(digits('1', '9'), anyDigits()))));
    }

    /** The whole numbers that {@code divisor} divides: one state for each remainder. */
    Automaton divisibleBy(int divisor) {
        var remainders = new Automaton();
        int start = remainders.createState();
        for (int r = 0; r < divisor; r++) {
            remainders.createState();
        }
        remainders.setAccept(1, true);
        for (int digit = 0; digit < 10; digit++) {
            remainders.addTransition(start, 1 + digit % divisor, '0' + digit);
        }
        for (int r = 0; r < divisor; r++) {
            for (int digit = 0; digit < 10; digit++) {
                remainders.addTransition(1 + r, 1 + (r * 10 + digit) % divisor, '0' + digit);
            }
        }
        remainders.finishState();
        return joined(Operations.optional(Automata.makeChar('-')), remainders);
    }

    private static Automaton joined(Automaton first, Automaton second) {
        return joined(List.of(first, second));
    }

    private static Automaton joined(List<Automaton> parts) {
        return Operations.concatenate(parts);
    }

    private static Automaton anyDigits() {
        return Operations.repeat(digits('0', '9'));
    }

    private static Automaton digits(char low, char high) {
        return Automata.makeCharRange(low, high);
    }

    private static Automaton digits(int least, int most) {
        return Operations.repeat(digits('0', '9'), least, most);
    }
}
