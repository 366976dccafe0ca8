package dev.windlass.policy.filter.match;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExpressionTest {
    private static List<Span> found(Scan scan, String text) {
        List<Span> found = new ArrayList<>();
        var tail = new Tail();
        tail.append(text);
        scan.advance(tail, true, found);
        return found;
    }

    /** RE2 is the judge of what matches: the table may never call hopeless what still can. */
    @Test
    void everyBeginningOfAMatchIsKnownAsOne() {
        var random = new Random(17);
        int matches = 0;
        for (int round = 0; round < 6000; round++) {
            String expression = expression(random, 3);
            Pattern pattern;
            try {
                pattern = Pattern.compile(expression);
            } catch (PatternSyntaxException unlucky) {
                continue;
            }
            var beginnings = Beginnings.of(SyntaxReader.read(expression));
            if (beginnings.isEmpty()) {
                continue;
            }
            for (int i = 0; i < 12; i++) {
                String text = text(random);
                var matcher = pattern.matcher(text);
                for (int from = 0; from <= text.length() && matcher.find(from); from = matcher.start() + 1) {
                    matches++;
                    int state = Beginnings.START;
                    for (int at = matcher.start(); at < matcher.end(); at++) {
                        state = beginnings.get().next(state, text.charAt(at));
                        assertThat(state)
                                .as("%s in %s at %d", expression, text, at)
                                .isNotEqualTo(Beginnings.DEAD);
                    }
                    assertThat(beginnings.get().isWhole(state))
                            .as("%s in %s to %d", expression, text, matcher.end())
                            .isTrue();
                }
            }
        }
        assertThat(matches).isGreaterThan(10_000);
    }

    private static String text(Random random) {
        var text = new StringBuilder();
        for (int i = random.nextInt(12); i > 0; i--) {
            text.append("aabbABkKéÉ1_ .\n\u212A".charAt(random.nextInt(16)));
        }
        return text.toString();
    }

    private static String expression(Random random, int depth) {
        String[] atoms = {
            "a", "b", "é", ".", "\\d", "\\w", "\\W", "\\s", "\\S", "[ab]", "[^a]", "[a-c1]", "[[:alpha:]]", "[^\\d]",
                    "\\pL", "[\\PL]",
            "(?i)k", "(?i:ab)", "(?i:[^b])", "(?i:é)", "\\b", "\\B", "^", "$", "\\x61", "\\x{e9}", "\\Qa.\\E", "(?s:.)",
                    "[]a]", "[a\\]-]", "\\.", "\\141"
        };
        if (depth == 0 || random.nextInt(4) == 0) {
            return atoms[random.nextInt(atoms.length)];
        }
        String inner = expression(random, depth - 1);
        return switch (random.nextInt(9)) {
            case 0 -> "(" + inner + ")*";
            case 1 -> "(?:" + inner + ")+?";
            case 2 -> "(" + inner + ")?";
            case 3 -> "(?:" + inner + "){1,3}";
            case 4 -> "(?P<x>" + inner + "){2}";
            case 5 -> inner + "|" + expression(random, depth - 1);
            case 6 -> "(" + inner + "|" + expression(random, depth - 1) + ")";
            default -> inner + expression(random, depth - 1);
        };
    }

    /** Both ways to look find the same: with a table, and within a window for expressions without. */
    @Test
    void aTableAndAWindowAgree() {
        var random = new Random(23);
        for (int round = 0; round < 2000; round++) {
            String written = expression(random, 3);
            Expression expression;
            try {
                expression = Expression.of("x", written, 6);
            } catch (IllegalArgumentException unlucky) {
                continue;
            }
            String text = text(random) + text(random);
            assertThat(found(expression.scan(6), text))
                    .as("%s in %s", written, text)
                    .isEqualTo(found(new WindowScan(expression, 6), text));
        }
    }

    /** What makes others backtrack without end: a text 32 times as long takes some 32 times as long, and not 1,024 times. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "(a+)+b",
                "(a|aa)+b",
                "(a*)*b",
                "(?:a|b)*a(?:a|b){14}x",
                "(.*a){12}b",
                "\\w+@\\w+\\.com",
                "(x+x+)+y|(a?){40}a{40}b"
            })
    void bombsAreHarmless(String bomb) {
        var expression = Expression.of("bomb", bomb, 128);
        String text = "a".repeat(8_000);
        found(expression.scan(256), text);
        long once = time(expression, text);
        long longer = time(expression, text.repeat(32));

        assertThat(longer).isLessThan(300 * Math.max(once, 1_000_000));
    }

    private static long time(Expression expression, String text) {
        long best = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            long begun = System.nanoTime();
            assertThat(found(expression.scan(256), text)).isEmpty();
            best = Math.min(best, System.nanoTime() - begun);
        }
        return best;
    }

    /** RE2 writes counts out before it does anything else, and these would fill the memory. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "((((a{100}){100}){100}){100})",
                "((a{1000}){1000})",
                "(?:(?:[^\\]]{1,500}){1,500})",
                "a{1000}{1000}",
                "(((x{900}y){900}",
                "([[:alpha:]]{200}){200,}",
                "(\\({200}){200}"
            })
    void whatWouldBeTooLargeIsRefused(String expression) {
        assertThatThrownBy(() -> Expression.of("x", expression, 10))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("written out");
    }

    @Test
    void saysWhatIsWrongWithAnExpression() {
        assertThatThrownBy(() -> Expression.of("x", "(a", 10))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a regular expression: missing closing ) in \"(a\"");
    }

    @Test
    void aMatchIsCutAtTheLongestAndGoesOnAsAnother() {
        assertThat(found(Expression.of("x", "a+", 3).scan(256), "aaaaaaab"))
                .extracting(Span::end)
                .containsExactly(3, 6, 7);
    }
}
