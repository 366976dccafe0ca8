package dev.windlass.gateway.balance;

import dev.windlass.gateway.route.Balancing;
import java.util.List;

/** Chooses among the endpoints of one revision: a pure function, and a full scan, since they are few. */
final class Choice {
    /** An endpoint takes a prompt it knows only up to this much of what an equal share would be, in percent. */
    private static final int BOUND_PERCENT = 125;

    private Choice() {}

    /**
     * @param candidates at least one
     * @param prefix a hash of the prompt's beginning, 0 where there is none
     * @param turn any number that grows from request to request
     */
    static Candidate among(List<Candidate> candidates, Balancing balancing, long prefix, int turn) {
        return switch (balancing) {
            case LeastLoad -> leastLoad(candidates, turn);
            case PrefixAware -> prefix == 0 ? leastLoad(candidates, turn) : byPrefix(candidates, prefix);
            case RoundRobin -> candidates.get(Math.floorMod(turn, candidates.size()));
        };
    }

    /** Among equals the turn decides, or the first would get all that comes alone. */
    private static Candidate leastLoad(List<Candidate> candidates, int turn) {
        int size = candidates.size();
        int begin = Math.floorMod(turn, size);
        Candidate best = candidates.get(begin);
        for (int i = 1; i < size; i++) {
            Candidate other = candidates.get((begin + i) % size);
            if (other.inFlight() < best.inFlight()) {
                best = other;
            }
        }
        return best;
    }

    /**
     * Highest random weight (Thaler and Ravishankar, 1998), so that a new endpoint takes only its own share of prompts,
     * with bounded loads (Mirrokni and others, 2016).
     */
    private static Candidate byPrefix(List<Candidate> candidates, long prefix) {
        long total = 1;
        for (int i = 0; i < candidates.size(); i++) {
            total += candidates.get(i).inFlight();
        }
        long bound = Math.ceilDiv(total * BOUND_PERCENT, 100L * candidates.size());
        Candidate best = candidates.getFirst();
        long bestWeight = 0;
        boolean found = false;
        for (int i = 0; i < candidates.size(); i++) {
            Candidate candidate = candidates.get(i);
            long weight = mix(prefix ^ mix(candidate.endpoint().address().hashCode()));
            if (candidate.inFlight() < bound && (!found || weight > bestWeight)) {
                best = candidate;
                bestWeight = weight;
                found = true;
            }
        }
        return best;
    }

    /** The finalizer of SplitMix64. */
    private static long mix(long value) {
        long mixed = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }
}
