package dev.windlass.policy.filter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.windlass.api.ContentFilterSpec.Mode;
import dev.windlass.api.ContentFilterSpec.OnError;
import dev.windlass.policy.filter.FilterMeter.Way;
import dev.windlass.policy.filter.Screen.Manner;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScreenTest {
    private static final Classifier NOBODY = (_, _, _) -> {
        throw new ClassifierException("nobody there");
    };

    private final List<String> counted = new ArrayList<>();

    private Screen screen(FilterPolicy policy, Classifier classifier, Manner manner, int reach) {
        return new Screen(
                policy.rules(Way.Output),
                new Rule.Sight(reach, "team", classifier),
                manner,
                (rule, verdict) -> counted.add(rule + " " + verdict));
    }

    private Screen screen(String rules) {
        return screen(Policies.of(rules), NOBODY, Manner.ENFORCED, 256);
    }

    private static String whole(Screen screen, String text) {
        return screen.pass(text);
    }

    private static String inParts(Screen screen, List<String> parts) {
        var out = new StringBuilder();
        parts.forEach(part -> out.append(screen.append(part)));
        return out.append(screen.finish()).toString();
    }

    /** Cut after every character whose bit is set. */
    private static List<String> cut(String text, long cuts) {
        List<String> parts = new ArrayList<>();
        int begin = 0;
        for (int i = 1; i < text.length(); i++) {
            if ((cuts >> (i - 1) & 1) == 1) {
                parts.add(text.substring(begin, i));
                begin = i;
            }
        }
        parts.add(text.substring(begin));
        return parts;
    }

    /** Each of at most 13 characters: all 4,096 ways to cut it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "the bomb, ok | the [words], ok",
                "ｂｏｍｂ | [words]",
                "b\u200Do\u00ADmb! | [words]!",
                "BО\u0301MB x | [words] x",
                "bombs, abomb | bombs, abomb",
                "买毒薬了 | 买[words]了",
                "sk-abcdefg12. | [key].",
                "a@bc.de, 1@2 | [email], 1@2",
                "😀bomb😀x | 😀[words]😀x",
                "::1 1.2.3.4 5 | [ip] [ip] 5",
                "I hate you! A | I [mood] A",
                "Not good. Bad | Not [mood] [mood]",
            })
    void noWayToCutATextGetsAnythingPast(String text, String expected) {
        var policy = Policies.of(Policies.EVERYTHING
                .replace("{}", "{threshold: '-0.3'}")
                .replace("pii: {threshold: '-0.3'}", "pii: {}"));
        for (long cuts = 0; cuts < 1L << (text.length() - 1); cuts++) {
            var parts = cut(text, cuts);

            assertThat(inParts(screen(policy, NOBODY, Manner.ENFORCED, 256), parts))
                    .as(parts.toString())
                    .isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Call +49 30 901820 or write to jane.doe@example.com, card 4111 1111 1111 1111, IBAN DE89 3704 0044 0532 0130 00. Bye.",
                "Here is the forbidden  fruit. What a horrible, ugly, stupid mess this is! The rest is fine; it is 12:30 on 2024-01-15.",
                "The key is sk-abcdefgh12345678 and the host fe80::1ff:fe23:4567:890a, 10.0.0.1, std::vector<a::b>. Forbidden\nfruit?",
                "Мой заказ, взaкaз 毒薬毒薬 😡😡😡 b\u200Bo\u200Bm\u200Bb! I am so sad, I could die. And then: hello-world, a-b@c-d.org.",
                "aaaaaaaaaaaaaaaaaaaaaaaa@aaaaaaaaaaaaaaaaaaaaaaaaa bomb bomb bombbomb bomb.bomb sk-sk-sk-aaaaaaaa 4111111111111111 0049301234567",
            })
    void anyWayToCutALongTextMakesNoDifference(String text) {
        var policy = Policies.of(Policies.EVERYTHING);
        String expected = whole(screen(policy, NOBODY, Manner.ENFORCED, 256), text);
        assertThat(expected).isNotEqualTo(text).contains("[");
        var random = new Random(7);
        for (int round = 0; round < 400; round++) {
            List<String> parts = new ArrayList<>();
            for (int begin = 0; begin < text.length(); ) {
                int end = Math.min(text.length(), begin + 1 + random.nextInt(1 + round % 12));
                parts.add(text.substring(begin, end));
                begin = end;
            }

            assertThat(inParts(screen(policy, NOBODY, Manner.ENFORCED, 256), parts))
                    .isEqualTo(expected);
        }
    }

    /** Texts out of pieces of what is looked for, so that nearly every character could begin something. */
    @Test
    void whatIsMadeOfPiecesOfMatchesIsTreatedTheSameHoweverItIsCut() {
        var policy = Policies.of(
                Policies.EVERYTHING + "- {name: wide, pattern: {expression: '(?:a|b)*a(?:a|b){14}x'}, action: Redact}\n"
                        + "- {name: stop, keywords: {words: [stop here]}}\n");
        String[] pieces = {
            "bo",
            "mb",
            "forbidden",
            " fruit",
            " ",
            "sk-",
            "abcdefgh",
            "@",
            "a.de",
            "1.2",
            ".3.4",
            "::",
            "4111",
            " 1111",
            "ab",
            "ba",
            "stop ",
            "here",
            "I hate",
            " you",
            ". ",
            "!",
            "\n",
            "😡",
            "\u200D",
            "ё",
            "+49 ",
            "DE89",
            "37040044",
            "x",
            "not "
        };
        var random = new Random(11);
        for (int round = 0; round < 3000; round++) {
            var text = new StringBuilder();
            List<String> parts = new ArrayList<>();
            for (int i = random.nextInt(1, 24); i > 0; i--) {
                text.append(pieces[random.nextInt(pieces.length)]);
            }
            for (int begin = 0; begin < text.length(); ) {
                int end = Math.min(text.length(), begin + random.nextInt(1, 6));
                parts.add(text.substring(begin, end));
                begin = end;
            }

            assertThat(inParts(screen(policy, NOBODY, Manner.ENFORCED, 64), parts))
                    .as(parts.toString())
                    .isEqualTo(whole(screen(policy, NOBODY, Manner.ENFORCED, 64), text.toString()));
        }
    }

    @Test
    void holdsBackNoMoreThanWhatMayBecomeAMatch() {
        var screen = screen(
                "- {name: words, keywords: {words: [forbidden fruit]}}\n- {name: key, pattern: {expression: 'sk-[a-z]{3}'}}\n");

        assertThat(screen.append("Hello there")).isEqualTo("Hello there");
        assertThat(screen.append(", a for")).isEqualTo(", a ");
        assertThat(screen.append("est and unfor")).isEqualTo("forest and unfor");
        assertThat(screen.append("bidden s")).isEqualTo("bidden ");
        assertThat(screen.append("k")).isEmpty();
        assertThat(screen.append("y")).isEqualTo("sky");
        assertThat(screen.append(" forbidden")).isEqualTo(" ");
        assertThat(screen.finish()).isEqualTo("forbidden");
    }

    @Test
    void letsTheBeginOfASentenceLeaveUntilItCouldTurnBad() {
        var screen = screen("- {name: mood, sentiment: {threshold: '-0.4'}, action: Redact}\n");

        assertThat(screen.append("Sure! You are a ")).isEqualTo("Sure! You are a ");
        assertThat(screen.append("terrible ")).isEmpty();
        assertThat(screen.append("cook. ")).isEqualTo("[mood] ");
        assertThat(screen.append("What a terrible ")).isEqualTo("What a ");
        assertThat(screen.append("loss, but a wonderful great happy life. "))
                .isEqualTo("terrible loss, but a wonderful great happy life. ");
    }

    @Test
    void cutsAtTheFirstBlock() {
        var screen = screen("- {name: words, keywords: {words: [forbidden fruit]}}\n");

        assertThat(screen.append("An apple is a forbid")).isEqualTo("An apple is a ");
        assertThat(screen.append("den fruit, they say")).isEmpty();
        assertThat(screen.isBlocked()).isTrue();
        assertThat(screen.blockedBy()).isEqualTo("words");
        assertThat(screen.append("more")).isEmpty();
        assertThat(counted).containsExactly("words Block");
    }

    @Test
    void onlyCountsWhereItMonitorsOrFlags() {
        String rules = "- {name: a, keywords: {words: [one]}}\n- {name: b, keywords: {words: [two]}, action: Redact}\n"
                + "- {name: c, keywords: {words: [three]}, action: Flag}\n";
        var screen = screen(Policies.of(rules), NOBODY, new Manner(Mode.Monitor, OnError.FailClosed), 256);

        assertThat(screen.append("one tw")).isEqualTo("one tw");
        assertThat(screen.append("o three")).isEqualTo("o three");
        assertThat(screen.finish()).isEmpty();
        assertThat(counted).containsExactly("a WouldBlock", "b WouldRedact", "c Flag");
        counted.clear();
        assertThat(whole(
                        screen(rules.replace(
                                "name: a, keywords: {words: [one]}", "name: a, keywords: {words: [none]}")),
                        "one two three"))
                .isEqualTo("one [b] three");
        assertThat(counted).containsExactly("b Redact", "c Flag");
    }

    @Test
    void asksAClassifierAboutWholeSentences() {
        List<String> asked = new ArrayList<>();
        Classifier classifier = (namespace, model, texts) -> {
            asked.add(namespace + "/" + model + texts);
            return texts.stream()
                    .map(text -> Map.of("toxic", text.contains("idiot") ? 0.9 : 0.1, "formal", 0.99))
                    .toList();
        };
        var policy = Policies.of(
                "- {name: rude, toxicity: {model: judge, threshold: '0.7', labels: [toxic]}, action: Redact}\n");
        var screen = screen(policy, classifier, Manner.ENFORCED, 256);

        assertThat(screen.append("Hello. You id")).isEqualTo("Hello. ");
        assertThat(screen.append("iot! Well")).isEqualTo("[rude] ");
        assertThat(screen.finish()).isEqualTo("Well");
        assertThat(asked).containsExactly("team/judge[Hello.]", "team/judge[You idiot!]", "team/judge[Well]");
        assertThat(whole(screen(policy, classifier, Manner.ENFORCED, 256), "Hello. You idiot! Well"))
                .isEqualTo("Hello. [rude] Well");
        assertThat(asked).last().isEqualTo("team/judge[Hello., You idiot!, Well]");
    }

    @Test
    void aClassifierThatIsGoneClosesOrOpensAsTold() {
        var policy = Policies.of("- {name: rude, toxicity: {model: judge}}\n");
        var closed = screen(policy, NOBODY, Manner.ENFORCED, 256);
        assertThat(whole(closed, "Hello. You")).isEmpty();
        assertThat(closed.isBroken()).isTrue();
        assertThat(counted).containsExactly("rude Error");
        counted.clear();
        var open = screen(policy, NOBODY, new Manner(Mode.Enforce, OnError.FailOpen), 256);
        assertThat(whole(open, "Hello. You")).isEqualTo("Hello. You");
        assertThat(open.isBlocked()).isFalse();
        assertThat(counted).containsOnly("rude Error");
    }

    @Test
    void redactsWhateverTheRulesSayForTheAudit() {
        var policy = Policies.of("- {name: words, keywords: {words: [bomb]}}\n- {name: pii, pii: {}, action: Flag}\n"
                + "- {name: rude, toxicity: {model: judge}}\n");

        assertThat(policy.redact("a bomb for a@b.cd")).isEqualTo("a [words] for [email]");
    }
}
