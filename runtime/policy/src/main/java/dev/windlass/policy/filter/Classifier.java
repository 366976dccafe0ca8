package dev.windlass.policy.filter;

import java.util.List;
import java.util.Map;

/** Whoever can say how much of something a text has. */
@FunctionalInterface
public interface Classifier {
    /**
     * Asks for the scores of texts. Waits, and not long.
     *
     * @param model the name of a deployment in the policy's namespace
     * @return of every text, each label's score from 0 to 1
     * @throws ClassifierException where nobody answered, or not in time
     */
    List<Map<String, Double>> classify(String namespace, String model, List<String> texts);
}
