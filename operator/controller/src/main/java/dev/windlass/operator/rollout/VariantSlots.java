package dev.windlass.operator.rollout;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The revisions behind the variants. A variant whose revision changed keeps its old one until the new one can take all of
 * its traffic; one whose revision is the base's needs no replicas of its own and leaves its weight to the base.
 */
final class VariantSlots {
    /**
     * @param serving the revision that has the traffic
     * @param coming the revision that will have it
     */
    record Slot(String name, String serving, @Nullable String coming, int replicas, int weight) {}

    private VariantSlots() {}

    static List<Slot> of(Situation situation, Phase phase) {
        Set<String> base = baseRevisions(situation, phase);
        List<Slot> slots = new ArrayList<>();
        for (Variant variant : situation.observed().variants()) {
            if (!base.contains(variant.hash())) {
                slots.add(slot(variant, situation, base));
            }
        }
        return slots;
    }

    private static Slot slot(Variant variant, Situation situation, Set<String> base) {
        int replicas = share(situation.observed().replicas(), variant.weight());
        String serving = situation.state().variants().getOrDefault(variant.name(), variant.hash());
        if (base.contains(serving) || serving.equals(variant.hash())) {
            return new Slot(variant.name(), variant.hash(), null, replicas, variant.weight());
        }
        if (situation.settings().paused()) {
            return new Slot(variant.name(), serving, null, replicas, variant.weight());
        }
        boolean canTakeOver = situation.observed().revision(variant.hash()).routable() >= Math.max(1, replicas);
        return canTakeOver
                ? new Slot(variant.name(), variant.hash(), null, replicas, variant.weight())
                : new Slot(variant.name(), serving, variant.hash(), replicas, variant.weight());
    }

    private static Set<String> baseRevisions(Situation situation, Phase phase) {
        String candidate = Situation.candidateHash(phase);
        String stable = situation.stable().hash();
        return candidate == null || candidate.equals(stable) ? Set.of(stable) : Set.of(stable, candidate);
    }

    static int baseReplicas(Situation situation) {
        int variants = of(situation, situation.state().phase()).stream()
                .mapToInt(Slot::weight)
                .sum();
        return share(situation.observed().replicas(), 100 - variants);
    }

    /** At least one of a total above 0, and never less than the weight asks for. */
    static int share(int total, int weight) {
        return total == 0 ? 0 : Math.max(1, Math.ceilDiv(total * weight, 100));
    }

    static Map<String, String> serving(List<Slot> slots) {
        Map<String, String> serving = new LinkedHashMap<>();
        slots.forEach(slot -> serving.put(slot.name(), slot.serving()));
        return serving;
    }
}
