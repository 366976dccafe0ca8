package dev.windlass.operator.control;

import dev.windlass.api.LlmDeployment;
import dev.windlass.operator.desired.DesiredRevision;
import dev.windlass.operator.desired.RevisionRecord;
import dev.windlass.operator.observe.Seen;
import dev.windlass.operator.rollout.Variant;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The revisions that matter: what the spec wants, and every one that is kept.
 *
 * @param base the hash of what the spec describes
 * @param revisions by hash
 * @param isNew the hashes of those that nothing keeps yet, in the order in which they are to be kept
 */
record Wanted(String base, List<Variant> variants, Map<String, DesiredRevision> revisions, List<String> isNew) {
    static Wanted of(LlmDeployment resource, Seen seen) {
        Map<String, DesiredRevision> revisions = new LinkedHashMap<>();
        for (ControllerRevision kept : seen.kept()) {
            DesiredRevision revision = RevisionRecord.read(resource, kept);
            revisions.put(revision.hash(), revision);
        }
        List<String> isNew = new ArrayList<>();
        DesiredRevision base = DesiredRevision.of(resource, resource.spec().versioned());
        add(base, revisions, isNew);
        List<Variant> variants = new ArrayList<>();
        for (var variant : resource.spec().variants()) {
            var revision =
                    DesiredRevision.of(resource, resource.spec().versioned().with(variant.overlay()));
            add(revision, revisions, isNew);
            variants.add(new Variant(variant.name(), revision.hash(), variant.weight()));
        }
        return new Wanted(base.hash(), variants, revisions, isNew);
    }

    private static void add(DesiredRevision revision, Map<String, DesiredRevision> revisions, List<String> isNew) {
        if (revisions.putIfAbsent(revision.hash(), revision) == null) {
            isNew.add(revision.hash());
        }
    }

    /** The number of the next revision to be kept. */
    static long nextNumber(Seen seen) {
        return 1
                + seen.kept().stream()
                        .mapToLong(ControllerRevision::getRevision)
                        .max()
                        .orElse(0);
    }
}
