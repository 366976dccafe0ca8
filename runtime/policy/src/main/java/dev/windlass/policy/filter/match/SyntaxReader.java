package dev.windlass.policy.filter.match;

import dev.windlass.policy.filter.match.Syntax.Either;
import dev.windlass.policy.filter.match.Syntax.One;
import dev.windlass.policy.filter.match.Syntax.Repeated;
import dev.windlass.policy.filter.match.Syntax.Sequence;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads an expression that RE2 has accepted. Where it matters which of many characters of a script are meant, all characters are:
 * what is read never matches less than the expression, and may match more.
 */
final class SyntaxReader {
    private static final CharacterSet DIGIT = CharacterSet.range('0', '9');
    private static final CharacterSet WORD = DIGIT.or(CharacterSet.range('A', 'Z'))
            .or(CharacterSet.range('a', 'z'))
            .or(CharacterSet.of('_'));
    private static final CharacterSet SPACE =
            CharacterSet.range('\t', '\n').or(CharacterSet.range('\f', '\r')).or(CharacterSet.of(' '));
    private static final CharacterSet NO_CHARACTER = new CharacterSet(new int[0]);

    private final String text;
    private int at;
    private boolean anyCase;
    private boolean dotIsAll;

    private SyntaxReader(String text) {
        this.text = text;
    }

    static Syntax read(String expression) {
        return new SyntaxReader(expression).either();
    }

    private boolean sees(String what) {
        return text.startsWith(what, at);
    }

    private boolean takes(String what) {
        if (!sees(what)) {
            return false;
        }
        at += what.length();
        return true;
    }

    private int take() {
        int symbol = text.codePointAt(at);
        at += Character.charCount(symbol);
        return symbol;
    }

    private Syntax either() {
        List<Syntax> choices = new ArrayList<>();
        do {
            choices.add(sequence());
        } while (takes("|"));
        return choices.size() == 1 ? choices.getFirst() : new Either(choices);
    }

    private Syntax sequence() {
        List<Syntax> parts = new ArrayList<>();
        while (at < text.length() && !sees("|") && !sees(")")) {
            if (takes("\\Q")) {
                int end = text.indexOf("\\E", at);
                int stop = end < 0 ? text.length() : end;
                while (at < stop) {
                    parts.add(literal(take()));
                }
                at = end < 0 ? stop : stop + 2;
                // What repeats then repeats the last of the quoted ones.
                if (!parts.isEmpty()) {
                    parts.add(repeated(parts.removeLast()));
                }
            } else {
                parts.add(repeated(one()));
            }
        }
        return parts.size() == 1 ? parts.getFirst() : new Sequence(parts);
    }

    private Syntax repeated(Syntax what) {
        var result = what;
        while (at < text.length()) {
            if (takes("*")) {
                result = new Repeated(result, 0, -1);
            } else if (takes("+")) {
                result = new Repeated(result, 1, -1);
            } else if (takes("?")) {
                result = new Repeated(result, 0, 1);
            } else if (sees("{") && isCount()) {
                result = counted(result);
            } else {
                return result;
            }
            takes("?");
        }
        return result;
    }

    private boolean isCount() {
        int end = text.indexOf('}', at);
        return end > 0 && text.substring(at + 1, end).matches("[0-9]+(,[0-9]*)?");
    }

    private Syntax counted(Syntax what) {
        int end = text.indexOf('}', at);
        String[] counts = text.substring(at + 1, end).split(",", -1);
        at = end + 1;
        int least = Integer.parseInt(counts[0]);
        int most = counts.length == 1 ? least : counts[1].isEmpty() ? -1 : Integer.parseInt(counts[1]);
        return new Repeated(what, least, most);
    }

    private Syntax one() {
        if (takes("(")) {
            return group();
        }
        if (takes("[")) {
            return new One(characterClass());
        }
        if (takes(".")) {
            return new One(dotIsAll ? CharacterSet.ALL : CharacterSet.of('\n').complement());
        }
        if (takes("^") || takes("$")) {
            return Syntax.NOTHING;
        }
        if (takes("\\")) {
            return escaped();
        }
        return literal(take());
    }

    private Syntax group() {
        boolean outerCase = anyCase;
        boolean outerDot = dotIsAll;
        if (takes("?")) {
            if (takes("P<") || takes("<")) {
                at = text.indexOf('>', at) + 1;
            } else {
                boolean isOn = true;
                int flag = take();
                while (flag != ':' && flag != ')') {
                    switch (flag) {
                        case '-' -> isOn = false;
                        case 'i' -> anyCase = isOn;
                        case 's' -> dotIsAll = isOn;
                        default -> {}
                    }
                    flag = take();
                }
                if (flag == ')') {
                    // To the end of the group that holds it.
                    return Syntax.NOTHING;
                }
            }
        }
        var inside = either();
        takes(")");
        anyCase = outerCase;
        dotIsAll = outerDot;
        return inside;
    }

    private One literal(int symbol) {
        return new One(cased(CharacterSet.of(symbol)));
    }

    private CharacterSet cased(CharacterSet set) {
        return anyCase ? set.inAnyCase() : set;
    }

    private Syntax escaped() {
        if (at < text.length() && "AzbB".indexOf(text.charAt(at)) >= 0) {
            at++;
            return Syntax.NOTHING;
        }
        return new One(cased(escapedSet()));
    }

    private CharacterSet escapedSet() {
        int symbol = take();
        return switch (symbol) {
            case 'd' -> DIGIT;
            case 'D' -> DIGIT.complement();
            case 'w' -> WORD;
            case 'W' -> WORD.complement();
            case 's' -> SPACE;
            case 'S' -> SPACE.complement();
            case 'p', 'P' -> {
                if (takes("{")) {
                    at = text.indexOf('}', at) + 1;
                } else {
                    take();
                }
                yield CharacterSet.ALL;
            }
            case 'a' -> CharacterSet.of(7);
            case 'f' -> CharacterSet.of('\f');
            case 'n' -> CharacterSet.of('\n');
            case 'r' -> CharacterSet.of('\r');
            case 't' -> CharacterSet.of('\t');
            case 'v' -> CharacterSet.of(0x0B);
            case 'x' -> CharacterSet.of(hexadecimal());
            case 'C' -> CharacterSet.ALL;
            default -> symbol >= '0' && symbol <= '7' ? CharacterSet.of(octal(symbol)) : CharacterSet.of(symbol);
        };
    }

    private int hexadecimal() {
        int end = takes("{") ? text.indexOf('}', at) : at + 2;
        int symbol = Integer.parseInt(text.substring(at, end), 16);
        at = end;
        takes("}");
        return symbol;
    }

    private int octal(int first) {
        int symbol = first - '0';
        for (int i = 0; i < 2 && at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '7'; i++) {
            symbol = symbol * 8 + take() - '0';
        }
        return symbol;
    }

    private CharacterSet characterClass() {
        boolean isNegated = takes("^");
        var set = NO_CHARACTER;
        boolean isFirst = true;
        boolean isExact = true;
        while (isFirst || !sees("]")) {
            isFirst = false;
            if (sees("[:") && text.indexOf(":]", at) > 0) {
                at = text.indexOf(":]", at) + 2;
                isExact = false;
                continue;
            }
            boolean isScript = sees("\\p") || sees("\\P");
            var first = takes("\\") ? escapedSet() : CharacterSet.of(take());
            isExact &= !isScript;
            boolean isRange = first.bounds().length == 2
                    && first.bounds()[0] == first.bounds()[1]
                    && sees("-")
                    && at + 1 < text.length()
                    && text.charAt(at + 1) != ']';
            if (isRange) {
                at++;
                var last = takes("\\") ? escapedSet() : CharacterSet.of(take());
                first = CharacterSet.range(first.bounds()[0], last.bounds()[0]);
            }
            set = set.or(first);
        }
        takes("]");
        if (!isExact) {
            return CharacterSet.ALL;
        }
        return isNegated ? set.complement() : cased(set);
    }
}
