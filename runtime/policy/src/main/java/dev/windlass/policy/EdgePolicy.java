package dev.windlass.policy;

import java.util.ArrayList;
import java.util.List;

/** One thing that is decided of requests once their deployment is known and before they are sent anywhere, and of their answers. */
@FunctionalInterface
public interface EdgePolicy {
    /** Lets everything pass. */
    EdgePolicy OPEN = _ -> Passage.FREE;

    /**
     * Lets a request in. Must not wait: what takes time is asked of the passage, which can tell the client that it is alive.
     *
     * @throws dev.windlass.http.ApiException what the client is told instead
     */
    Passage admit(Arrival arrival);

    /**
     * All of them, one after the other. The first is the outermost: it sees a request before the others and its answer after them. What one
     * refuses ends the passages of those before it.
     */
    static EdgePolicy inOrder(List<EdgePolicy> policies) {
        return switch (policies.size()) {
            case 0 -> OPEN;
            case 1 -> policies.getFirst();
            default -> {
                List<EdgePolicy> ordered = List.copyOf(policies);
                yield arrival -> {
                    List<Passage> passages = new ArrayList<>(ordered.size());
                    try {
                        for (var policy : ordered) {
                            var passage = policy.admit(arrival);
                            if (passage != Passage.FREE) {
                                passages.add(passage);
                            }
                        }
                    } catch (RuntimeException refused) {
                        new PassageChain(passages).end(Ending.refused(refused));
                        throw refused;
                    }
                    return passages.isEmpty() ? Passage.FREE : new PassageChain(passages);
                };
            }
        };
    }
}
