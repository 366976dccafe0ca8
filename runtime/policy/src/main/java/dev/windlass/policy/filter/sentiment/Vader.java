package dev.windlass.policy.filter.sentiment;

import java.util.List;

/**
 * The rules of vaderSentiment 3.3.2, one by one: what a word weighs, and how the words before it, its capitals, a "but" and the
 * punctuation change that. Unchanging.
 */
public final class Vader {
    /** How far the sum of weights is from the score: the more, the slower it comes near 1. */
    private static final double ALPHA = 15;

    private final Lexicon lexicon;

    private Vader(Lexicon lexicon) {
        this.lexicon = lexicon;
    }

    private static final class Shared {
        private static final Vader ENGLISH = new Vader(Lexicon.read());
    }

    /** The one there is, for English; reads its lexicon the first time. */
    public static Vader english() {
        return Shared.ENGLISH;
    }

    /** How a text feels: from -1, as bad as can be, to 1. */
    public double compound(String text) {
        String described = Words.describeEmojis(text, lexicon);
        var words = Words.of(described);
        if (words.size() == 0) {
            return 0;
        }
        double[] valences = new double[words.size()];
        for (int i = 0; i < valences.length; i++) {
            boolean isModifier = Modifiers.isBooster(words.lower().get(i))
                    || (words.lower().get(i).equals("kind")
                            && i + 1 < valences.length
                            && words.lower().get(i + 1).equals("of"));
            valences[i] = isModifier ? 0 : valence(words, i);
        }
        weighBut(words.lower(), valences);
        double sum = 0;
        for (double valence : valences) {
            sum += valence;
        }
        double emphasis = Punctuation.emphasis(described);
        sum += sum > 0 ? emphasis : sum < 0 ? -emphasis : 0;
        return Math.clamp(sum / Math.sqrt(sum * sum + ALPHA), -1, 1);
    }

    /**
     * Whether a word of a sentence can weigh less than nothing, whatever comes after it. A sentence without any such word never
     * scores below 0.
     *
     * @param before the words before it, at least three where there are as many, in lower case
     * @param word in lower case
     */
    boolean isCharged(List<String> before, String word) {
        if (!lexicon.has(word)) {
            return false;
        }
        if (lexicon.valence(word) < 0 || Modifiers.canTurn(word)) {
            return true;
        }
        for (int i = Math.max(0, before.size() - 3); i < before.size(); i++) {
            if (Modifiers.canTurn(before.get(i))) {
                return true;
            }
        }
        return false;
    }

    /** A text in words, of which a part of a text may be one. */
    Words words(String text) {
        return Words.of(Words.describeEmojis(text, lexicon));
    }

    private double valence(Words words, int i) {
        List<String> lower = words.lower();
        String word = lower.get(i);
        if (!lexicon.has(word)) {
            return 0;
        }
        double valence = lexicon.valence(word);
        if (word.equals("no") && i + 1 < lower.size() && lexicon.has(lower.get(i + 1))) {
            valence = 0;
        }
        if (follows(lower, i, 1, "no")
                || follows(lower, i, 2, "no")
                || (follows(lower, i, 3, "no") && (follows(lower, i, 1, "or") || follows(lower, i, 1, "nor")))) {
            valence = lexicon.valence(word) * Modifiers.NEGATION;
        }
        if (words.differsInCase() && Words.isCapitals(words.written().get(i))) {
            valence += valence > 0 ? Modifiers.CAPITALS : -Modifiers.CAPITALS;
        }
        for (int distance = 1; distance <= 3 && distance <= i; distance++) {
            if (!lexicon.has(lower.get(i - distance))) {
                double boost = boost(words, i - distance, valence);
                valence += distance == 1 ? boost : distance == 2 ? boost * 0.95 : boost * 0.9;
                valence = negated(valence, lower, distance, i);
                if (distance == 3) {
                    valence = Idioms.weigh(valence, lower, i);
                }
            }
        }
        return least(valence, lower, i);
    }

    private static boolean follows(List<String> lower, int i, int distance, String word) {
        return i >= distance && lower.get(i - distance).equals(word);
    }

    private static double boost(Words words, int at, double valence) {
        double boost = Modifiers.boost(words.lower().get(at));
        if (boost == 0) {
            return 0;
        }
        double signed = valence < 0 ? -boost : boost;
        if (words.differsInCase() && Words.isCapitals(words.written().get(at))) {
            signed += valence > 0 ? Modifiers.CAPITALS : -Modifiers.CAPITALS;
        }
        return signed;
    }

    private static double negated(double valence, List<String> lower, int distance, int i) {
        boolean isNegated = Modifiers.isNegation(lower.get(i - distance));
        boolean nearSo = follows(lower, i, 1, "so") || follows(lower, i, 1, "this");
        boolean nearDoubt = follows(lower, i, 1, "doubt");
        boolean isEmphatic = false;
        boolean isDoubtless = false;
        if (distance == 2) {
            isEmphatic = follows(lower, i, 2, "never") && nearSo;
            isDoubtless = follows(lower, i, 2, "without") && nearDoubt;
        } else if (distance == 3) {
            boolean farSo = follows(lower, i, 2, "so") || follows(lower, i, 2, "this");
            isEmphatic = (follows(lower, i, 3, "never") && farSo) || nearSo;
            isDoubtless = follows(lower, i, 3, "without") && (follows(lower, i, 2, "doubt") || nearDoubt);
        }
        if (isEmphatic) {
            return valence * 1.25;
        }
        return isNegated && !isDoubtless ? valence * Modifiers.NEGATION : valence;
    }

    private double least(double valence, List<String> lower, int i) {
        if (!follows(lower, i, 1, "least") || lexicon.has("least")) {
            return valence;
        }
        boolean isMeant =
                i == 1 || (!lower.get(i - 2).equals("at") && !lower.get(i - 2).equals("very"));
        return isMeant ? valence * Modifiers.NEGATION : valence;
    }

    /** As the reference does it, which takes the first word of the same weight for the one that it looks at. */
    private static void weighBut(List<String> lower, double[] valences) {
        int but = lower.indexOf("but");
        if (but < 0) {
            return;
        }
        for (int i = 0; i < valences.length; i++) {
            double valence = valences[i];
            int at = 0;
            while (valences[at] != valence) {
                at++;
            }
            if (at < but) {
                valences[at] = valence * 0.5;
            } else if (at > but) {
                valences[at] = valence * 1.5;
            }
        }
    }
}
