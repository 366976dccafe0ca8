package dev.windlass.operator.control;

import dev.windlass.operator.desired.DesiredObjects;
import dev.windlass.operator.desired.DesiredRevision;
import dev.windlass.operator.observe.Preparation;
import dev.windlass.operator.observe.Seen;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Which revisions have their model made ready before they have pods.
 *
 * @param missing those that have that before them
 * @param done those that have it behind them, to remember: a Job is gone soon after it is complete
 */
record Preparations(Map<String, Preparation> missing, SortedSet<String> done) {
    static Preparations of(Map<String, DesiredRevision> revisions, Seen seen, SortedSet<String> doneBefore) {
        Map<String, Preparation> missing = new HashMap<>();
        SortedSet<String> done = new TreeSet<>();
        revisions.forEach((hash, revision) -> {
            if (!DesiredObjects.isPrepared(revision)) {
                return;
            }
            if (doneBefore.contains(hash) || isComplete(seen, hash) || hasPods(seen, hash)) {
                done.add(hash);
            } else {
                missing.put(hash, Preparation.of(seen, hash));
            }
        });
        return new Preparations(missing, done);
    }

    private static boolean isComplete(Seen seen, String hash) {
        return seen.job(hash).filter(Preparation::isComplete).isPresent();
    }

    /** Pods that were there before anybody asked for this have their model, and nobody is to lose them. */
    private static boolean hasPods(Seen seen, String hash) {
        return !seen.pods(hash).isEmpty()
                || seen.deployment(hash)
                        .map(one -> one.getSpec().getReplicas())
                        .filter(replicas -> replicas > 0)
                        .isPresent();
    }
}
