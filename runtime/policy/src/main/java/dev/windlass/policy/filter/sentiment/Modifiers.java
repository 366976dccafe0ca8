package dev.windlass.policy.filter.sentiment;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** The words that change what those after them weigh. */
final class Modifiers {
    static final double NEGATION = -0.74;
    static final double CAPITALS = 0.733;
    private static final double BOOST = 0.293;

    private static final Set<String> NEGATIONS = words(
            "aint arent cannot cant couldnt darent didnt doesnt ain't aren't can't couldn't daren't didn't doesn't dont hadnt"
                    + " hasnt havent isnt mightnt mustnt neither don't hadn't hasn't haven't isn't mightn't mustn't neednt"
                    + " needn't never none nope nor not nothing nowhere oughtnt shant shouldnt uhuh wasnt werent oughtn't"
                    + " shan't shouldn't uh-uh wasn't weren't without wont wouldnt won't wouldn't rarely seldom despite");

    private static final Map<String, Double> BOOSTERS = boosters(
            words("absolutely amazingly awfully completely considerable considerably decidedly deeply effing enormous"
                    + " enormously entirely especially exceptional exceptionally extreme extremely fabulously flipping"
                    + " flippin frackin fracking fricking frickin frigging friggin fully fuckin fucking fuggin fugging"
                    + " greatly hella highly hugely incredible incredibly intensely major majorly more most particularly"
                    + " purely quite really remarkably so substantially thoroughly total totally tremendous tremendously"
                    + " uber unbelievably unusually utter utterly very"),
            words("almost barely hardly just_enough kind_of kinda kindof kind-of less little marginal marginally"
                    + " occasional occasionally partly scarce scarcely slight slightly somewhat sort_of sorta sortof"
                    + " sort-of"));

    private static final Map<String, Double> IDIOMS = Map.of(
            "the shit", 3.0,
            "the bomb", 3.0,
            "bad ass", 1.5,
            "badass", 1.5,
            "bus stop", 0.0,
            "yeah right", -2.0,
            "kiss of death", -1.5,
            "to die for", 3.0,
            "beating heart", 3.5);

    /** Beside the boosters and negations, the words by which one that is good comes to weigh less than nothing. */
    private static final Set<String> TWISTS = words("no least of enough yeah right kiss death");

    private Modifiers() {}

    private static Set<String> words(String line) {
        return Set.of(line.split(" ", -1));
    }

    private static Map<String, Double> boosters(Set<String> more, Set<String> less) {
        Map<String, Double> boosters = new HashMap<>();
        more.forEach(word -> boosters.put(word, BOOST));
        less.forEach(word -> boosters.put(word.replace('_', ' '), -BOOST));
        return Map.copyOf(boosters);
    }

    static boolean isNegation(String word) {
        return NEGATIONS.contains(word) || word.contains("n't");
    }

    static boolean isBooster(String words) {
        return BOOSTERS.containsKey(words);
    }

    /** What a booster adds; 0 for other words. */
    static double boost(String words) {
        return BOOSTERS.getOrDefault(words, 0.0);
    }

    static boolean isIdiom(String words) {
        return IDIOMS.containsKey(words);
    }

    static double idiom(String words) {
        return IDIOMS.getOrDefault(words, 0.0);
    }

    /** Whether a word before or at one that is good can make it weigh less than nothing. */
    static boolean canTurn(String word) {
        return TWISTS.contains(word) || isBooster(word) || isNegation(word);
    }
}
