package dev.windlass.operator.rollout;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Map.Entry;

/** Shares a whole number out in proportion, by the largest remainder, so that the parts always sum to it. */
final class Apportionment {
    private Apportionment() {}

    /** Of nothing, nothing; of parts that are all 0, equal ones. */
    static Map<String, Integer> of(int whole, Map<String, Integer> parts) {
        if (parts.isEmpty()) {
            return parts;
        }
        int sum = parts.values().stream().mapToInt(Integer::intValue).sum();
        Map<String, Integer> shares = new LinkedHashMap<>();
        Map<String, Integer> remainders = new LinkedHashMap<>();
        for (Entry<String, Integer> part : parts.entrySet()) {
            int weight = sum == 0 ? 1 : part.getValue();
            int of = sum == 0 ? parts.size() : sum;
            shares.put(part.getKey(), whole * weight / of);
            remainders.put(part.getKey(), whole * weight % of);
        }
        int left = whole - shares.values().stream().mapToInt(Integer::intValue).sum();
        remainders.entrySet().stream()
                .sorted(Entry.<String, Integer>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Entry.comparingByKey()))
                .limit(left)
                .forEach(entry -> shares.merge(entry.getKey(), 1, Integer::sum));
        return shares;
    }
}
