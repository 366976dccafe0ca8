package dev.windlass.operator.rollout;

import java.util.List;
import java.util.Map;

/**
 * Everything a plan is made from, but for the settings and the time.
 *
 * @param wanted the hash of the revision the spec describes now
 * @param variants the comparisons the spec wants beside it
 * @param replicas how many replicas shall serve in all: of the spec, the autoscaler, or 0 when asleep or suspended
 * @param revisions every revision known, in any order
 * @param state as the last plan left it
 * @param instructions the annotations as they stand
 * @param measurements by revision hash, over the same window
 * @param smoke by revision hash, of answers given since its rollout began; absent means pending
 */
public record Observed(
        String wanted,
        List<Variant> variants,
        int replicas,
        List<Revision> revisions,
        RolloutState state,
        Instructions instructions,
        Map<String, Measurement> measurements,
        Map<String, SmokeResult> smoke) {
    public Observed {
        variants = List.copyOf(variants);
        revisions = List.copyOf(revisions);
        measurements = Map.copyOf(measurements);
        smoke = Map.copyOf(smoke);
        if (replicas < 0) {
            throw new IllegalArgumentException("replicas: expected at least 0, got " + replicas);
        }
        if (variants.stream().mapToInt(Variant::weight).sum() > 100) {
            throw new IllegalArgumentException("variants: expected weights that sum to at most 100, got " + variants);
        }
        if (revisions.stream().map(Revision::hash).distinct().count() != revisions.size()) {
            throw new IllegalArgumentException("revisions: expected each hash once, got " + revisions);
        }
    }

    Revision revision(String hash) {
        return revisions.stream()
                .filter(revision -> revision.hash().equals(hash))
                .findAny()
                .orElseGet(() -> Revision.absent(hash));
    }

    SmokeResult smokeOf(String hash) {
        return smoke.getOrDefault(hash, new SmokeResult.Pending());
    }
}
