package dev.windlass.api.traffic;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who gets which share of the traffic.
 *
 * <p>Shares take buckets from 0 up in their order, the base has the rest. So while weights rise no key ever goes back to the
 * base, and with one share no key moves but to it. (With three shares or more no stateless split can spare every key a
 * move between two of them.)
 *
 * @param base gets what the shares leave
 */
public record TrafficSplit(String base, List<Share> shares) {
    /**
     * A target and its weight.
     *
     * @param weight percent of the traffic, 0 to 100
     */
    public record Share(String target, int weight) {
        public Share {
            if (weight < 0 || weight > 100) {
                throw new IllegalArgumentException(
                        "share %s: expected a weight from 0 to 100, got %d".formatted(target, weight));
            }
        }
    }

    public TrafficSplit {
        shares = List.copyOf(shares);
        Set<String> names = new HashSet<>(Set.of(base));
        for (Share share : shares) {
            if (!names.add(share.target())) {
                throw new IllegalArgumentException(
                        "shares: expected each target once, got %s twice".formatted(share.target()));
            }
        }
        int sum = shares.stream().mapToInt(Share::weight).sum();
        if (sum > 100) {
            throw new IllegalArgumentException("shares: expected weights that sum to at most 100, got " + sum);
        }
    }

    /** Where a bucket belongs. */
    public String target(Bucket bucket) {
        int end = 0;
        for (Share share : shares) {
            end += share.weight() * (Bucket.COUNT / 100);
            if (bucket.number() < end) {
                return share.target();
            }
        }
        return base;
    }

    /** Every target's percent, the base's among them; sums to 100. */
    public Map<String, Integer> weights() {
        Map<String, Integer> weights = new LinkedHashMap<>();
        int rest = 100;
        for (Share share : shares) {
            weights.put(share.target(), share.weight());
            rest -= share.weight();
        }
        weights.put(base, rest);
        return weights;
    }

    /**
     * The split among those that can be reached: what the others had is the base's, or, where the base is out of reach, the
     * first reachable share's. Without any reachable target the split stays as it is, for requests to wait in.
     */
    public TrafficSplit among(Set<String> reachable) {
        List<Share> reached = new ArrayList<>(shares);
        reached.removeIf(share -> !reachable.contains(share.target()));
        if (reachable.contains(base)) {
            return new TrafficSplit(base, reached);
        }
        return reached.isEmpty()
                ? this
                : new TrafficSplit(reached.getFirst().target(), reached.subList(1, reached.size()));
    }
}
