package dev.windlass.policy.filter.sentiment;

import java.util.List;

/** Phrases that weigh something else than their words. */
final class Idioms {
    private Idioms() {}

    /** Of a word that has three before it. */
    static double weigh(double valence, List<String> lower, int i) {
        String zero = lower.get(i);
        String one = lower.get(i - 1);
        String two = lower.get(i - 2);
        String three = lower.get(i - 3);
        double weighed = valence;
        for (String phrase : List.of(
                one + " " + zero,
                two + " " + one + " " + zero,
                two + " " + one,
                three + " " + two + " " + one,
                three + " " + two)) {
            if (Modifiers.isIdiom(phrase)) {
                weighed = Modifiers.idiom(phrase);
                break;
            }
        }
        if (i + 1 < lower.size() && Modifiers.isIdiom(zero + " " + lower.get(i + 1))) {
            weighed = Modifiers.idiom(zero + " " + lower.get(i + 1));
        }
        if (i + 2 < lower.size()) {
            String phrase = zero + " " + lower.get(i + 1) + " " + lower.get(i + 2);
            weighed = Modifiers.isIdiom(phrase) ? Modifiers.idiom(phrase) : weighed;
        }
        return weighed
                + Modifiers.boost(three + " " + two + " " + one)
                + Modifiers.boost(three + " " + two)
                + Modifiers.boost(two + " " + one);
    }
}
