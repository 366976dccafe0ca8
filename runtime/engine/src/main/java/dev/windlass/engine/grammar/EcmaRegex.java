package dev.windlass.engine.grammar;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.apache.lucene.util.automaton.Automata;
import org.apache.lucene.util.automaton.Automaton;
import org.apache.lucene.util.automaton.Operations;

/**
 * Reads the regular part of ECMA-262's regular expressions (with the {@code u} flag's meaning) into automata over
 * characters. What no finite automaton can follow, or what means nothing here, is refused: look-around, back-references,
 * word boundaries, anchors anywhere but at the ends of the expression or of its alternatives.
 */
final class EcmaRegex {
    private static final int DEEPEST_GROUP = 64;
    private static final int MOST_STATES = 50_000;
    private static final int UNBOUNDED = -1;
    private static final Map<String, int[]> CATEGORIES = Map.ofEntries(
            Map.entry("L", new int[] {1, 2, 3, 4, 5}),
            Map.entry("Lu", new int[] {Character.UPPERCASE_LETTER}),
            Map.entry("Ll", new int[] {Character.LOWERCASE_LETTER}),
            Map.entry("Lt", new int[] {Character.TITLECASE_LETTER}),
            Map.entry("Lm", new int[] {Character.MODIFIER_LETTER}),
            Map.entry("Lo", new int[] {Character.OTHER_LETTER}),
            Map.entry("M", new int[] {6, 7, 8}),
            Map.entry("N", new int[] {9, 10, 11}),
            Map.entry("Nd", new int[] {Character.DECIMAL_DIGIT_NUMBER}),
            Map.entry("Z", new int[] {12, 13, 14}),
            Map.entry("Zs", new int[] {Character.SPACE_SEPARATOR}),
            Map.entry("P", new int[] {20, 21, 22, 23, 24, 29, 30}),
            Map.entry("S", new int[] {25, 26, 27, 28}));

    private final String pattern;
    private int at;
    private int groups;

    private EcmaRegex(String pattern) {
        this.pattern = pattern;
    }

    /** The texts that match a pattern as a whole. */
    static Automaton matchingWhole(String pattern) {
        return new EcmaRegex(pattern).read(false);
    }

    /** The texts in which a pattern is found: what JSON Schema means. */
    static Automaton foundIn(String pattern) {
        return new EcmaRegex(pattern).read(true);
    }

    private Automaton read(boolean found) {
        var alternatives = new ArrayList<Automaton>();
        do {
            boolean fromStart = take('^');
            Automaton body = sequence();
            boolean toEnd = take('$');
            var parts = new ArrayList<Automaton>();
            if (found && !fromStart) {
                parts.add(Automata.makeAnyString());
            }
            parts.add(body);
            if (found && !toEnd) {
                parts.add(Automata.makeAnyString());
            }
            alternatives.add(parts.size() == 1 ? body : Operations.concatenate(parts));
        } while (take('|'));
        if (at < pattern.length()) {
            throw refuse(peek() == ')' ? "an unmatched )" : "an anchor within an alternative");
        }
        return bounded(alternatives.size() == 1 ? alternatives.getFirst() : Operations.union(alternatives));
    }

    private Automaton alternatives() {
        var all = new ArrayList<Automaton>();
        do {
            all.add(sequence());
        } while (take('|'));
        return all.size() == 1 ? all.getFirst() : bounded(Operations.union(all));
    }

    private Automaton sequence() {
        List<Automaton> parts = new ArrayList<>();
        while (at < pattern.length() && peek() != '|' && peek() != ')' && peek() != '$') {
            parts.add(quantified(atom()));
        }
        return switch (parts.size()) {
            case 0 -> Automata.makeEmptyString();
            case 1 -> parts.getFirst();
            default -> bounded(Operations.concatenate(parts));
        };
    }

    private Automaton quantified(Automaton atom) {
        int least;
        int most;
        if (take('*')) {
            least = 0;
            most = UNBOUNDED;
        } else if (take('+')) {
            least = 1;
            most = UNBOUNDED;
        } else if (take('?')) {
            least = 0;
            most = 1;
        } else if (at < pattern.length() && peek() == '{') {
            at++;
            least = number().orElseThrow(() -> refuse("a { that begins no quantifier (escape it)"));
            most = take(',') ? number().orElse(UNBOUNDED) : least;
            expect('}');
            if (most != UNBOUNDED && most < least) {
                throw refuse("a quantifier whose bounds are out of order");
            }
        } else {
            return atom;
        }
        // A lazy quantifier matches the same texts.
        take('?');
        if (at < pattern.length() && "*+{".indexOf(peek()) >= 0) {
            throw refuse("a quantifier after a quantifier");
        }
        return repeated(atom, least, most);
    }

    private Automaton repeated(Automaton atom, int least, int most) {
        long copies = Math.max(1, Math.max(least, most));
        if (copies * Math.max(1, atom.getNumStates()) > MOST_STATES) {
            throw refuse("a quantifier that repeats too much");
        }
        if (most == UNBOUNDED) {
            return bounded(least == 0 ? Operations.repeat(atom) : Operations.repeat(atom, least));
        }
        return bounded(least == 0 && most == 1 ? Operations.optional(atom) : Operations.repeat(atom, least, most));
    }

    private Automaton atom() {
        int start = at;
        int c = next();
        return switch (c) {
            case '(' -> group();
            case '[' -> characterClass().automaton();
            case '.' -> CharacterSet.LINE_END.not().automaton();
            case '\\' -> escape(false).automaton();
            case '*', '+', '?' -> throw refuseAt(start, "a quantifier with nothing to repeat");
            case '^' -> throw refuseAt(start, "an anchor within an alternative");
            case '{', '}', ']' -> throw refuseAt(start, "a bare %c (escape it)".formatted(c));
            default -> Automata.makeChar(c);
        };
    }

    private Automaton group() {
        if (++groups > DEEPEST_GROUP) {
            throw refuse("groups nested deeper than " + DEEPEST_GROUP);
        }
        if (take('?')) {
            if (take('<') && at < pattern.length() && peek() != '=' && peek() != '!') {
                int end = pattern.indexOf('>', at);
                if (end < 0) {
                    throw refuse("a group whose name does not end");
                }
                at = end + 1;
            } else if (!take(':')) {
                throw refuse("look-around or flags");
            }
        }
        Automaton inner = alternatives();
        if (at < pattern.length() && peek() == '$') {
            throw refuse("an anchor within a group");
        }
        expect(')');
        groups--;
        return inner;
    }

    private CharacterSet characterClass() {
        boolean negated = take('^');
        var set = new CharacterSet(List.of());
        while (!take(']')) {
            CharacterSet item = classItem();
            boolean single = isSingle(item);
            if (at + 1 < pattern.length() && peek() == '-' && pattern.charAt(at + 1) != ']') {
                at++;
                CharacterSet last = classItem();
                if (!single || !isSingle(last) || low(last) < low(item)) {
                    throw refuse("a range of characters out of order or without ends");
                }
                item = CharacterSet.of(low(item), low(last));
            }
            set = set.or(item);
        }
        return negated ? set.not() : set;
    }

    private CharacterSet classItem() {
        if (at >= pattern.length()) {
            throw refuse("a class of characters that does not end");
        }
        int c = next();
        return c == '\\' ? escape(true) : CharacterSet.of(c, c);
    }

    private static boolean isSingle(CharacterSet set) {
        return set.ranges().size() == 1 && low(set) == set.ranges().getFirst().high();
    }

    private static int low(CharacterSet set) {
        return set.ranges().getFirst().low();
    }

    private CharacterSet escape(boolean inClass) {
        if (at >= pattern.length()) {
            throw refuse("a \\ at the end");
        }
        int c = next();
        return switch (c) {
            case 'd' -> CharacterSet.DIGIT;
            case 'D' -> CharacterSet.DIGIT.not();
            case 'w' -> CharacterSet.WORD;
            case 'W' -> CharacterSet.WORD.not();
            case 's' -> CharacterSet.SPACE;
            case 'S' -> CharacterSet.SPACE.not();
            case 'p' -> category();
            case 'P' -> category().not();
            case 't' -> only('\t');
            case 'n' -> only('\n');
            case 'r' -> only('\r');
            case 'f' -> only('\f');
            case 'v' -> only(0x0b);
            case '0' -> only(0);
            case 'x' -> only(hex(2));
            case 'u' -> only(unicode());
            case 'b' -> {
                if (!inClass) {
                    throw refuse("a word boundary");
                }
                yield only('\b');
            }
            default -> {
                if (Character.isDigit(c) || c == 'k') {
                    throw refuse("a back-reference");
                }
                if (Character.isLetter(c)) {
                    throw refuse("the escape \\" + Character.toString(c));
                }
                yield only(c);
            }
        };
    }

    private static CharacterSet only(int c) {
        return CharacterSet.of(c, c);
    }

    private CharacterSet category() {
        int end = pattern.indexOf('}', at);
        if (!take('{') || end < 0) {
            throw refuse("\\p without a category in braces");
        }
        String name = pattern.substring(at, end);
        int[] types = CATEGORIES.get(name);
        if (types == null) {
            throw refuse("the category \\p{%s} (known: %s)"
                    .formatted(
                            name,
                            String.join(
                                    ", ", CATEGORIES.keySet().stream().sorted().toList())));
        }
        at = end + 1;
        return CharacterSet.where(c -> {
            int type = Character.getType(c);
            for (int wanted : types) {
                if (type == wanted) {
                    return true;
                }
            }
            return false;
        });
    }

    private int unicode() {
        if (take('{')) {
            int end = pattern.indexOf('}', at);
            if (end < 0 || end == at || end - at > 6) {
                throw refuse("a \\u{…} that is no character");
            }
            int c = hex(end - at);
            at = end + 1;
            return checked(c);
        }
        int c = hex(4);
        if (Character.isHighSurrogate((char) c) && pattern.startsWith("\\u", at)) {
            at += 2;
            int low = hex(4);
            if (!Character.isLowSurrogate((char) low)) {
                throw refuse("half a surrogate pair");
            }
            return Character.toCodePoint((char) c, (char) low);
        }
        return checked(c);
    }

    private int checked(int c) {
        if (c > Character.MAX_CODE_POINT || (c >= 0xd800 && c <= 0xdfff)) {
            throw refuse("an escape that is no character");
        }
        return c;
    }

    private int hex(int digits) {
        if (at + digits > pattern.length()) {
            throw refuse("an escape that is cut off");
        }
        int value = 0;
        for (int i = 0; i < digits; i++) {
            int digit = Character.digit(pattern.charAt(at++), 16);
            if (digit < 0) {
                throw refuse("an escape whose digits are not hexadecimal");
            }
            value = value * 16 + digit;
        }
        return value;
    }

    private OptionalInt number() {
        int start = at;
        while (at < pattern.length() && pattern.charAt(at) >= '0' && pattern.charAt(at) <= '9') {
            at++;
        }
        if (at - start > 6) {
            throw refuse("a quantifier that repeats too much");
        }
        return start == at ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(pattern.substring(start, at)));
    }

    private int peek() {
        return pattern.charAt(at);
    }

    private int next() {
        int c = pattern.codePointAt(at);
        at += Character.charCount(c);
        if (c >= 0xd800 && c <= 0xdfff) {
            throw refuse("half a surrogate pair");
        }
        return c;
    }

    private boolean take(char c) {
        if (at < pattern.length() && pattern.charAt(at) == c) {
            at++;
            return true;
        }
        return false;
    }

    private void expect(char c) {
        if (!take(c)) {
            throw refuse("a missing " + c);
        }
    }

    private Automaton bounded(Automaton automaton) {
        if (automaton.getNumStates() > MOST_STATES) {
            throw refuse("more than %d states".formatted(MOST_STATES));
        }
        return automaton;
    }

    private GrammarException refuse(String what) {
        return refuseAt(at, what);
    }

    private GrammarException refuseAt(int index, String what) {
        return new GrammarException("the regular expression has %s, which is not supported, near character %d of %s"
                .formatted(what, index, shortened()));
    }

    private String shortened() {
        return pattern.length() <= 80 ? pattern : pattern.substring(0, 80) + "…";
    }
}
