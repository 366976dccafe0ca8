package dev.windlass.policy.audit;

import dev.windlass.policy.Arrival;
import dev.windlass.policy.Ending;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What there is to say of a request that is over.
 *
 * @param firstOutput from its arrival to the first of its output; null where nothing of a stream came
 * @param notes what policies noted
 * @param words what was said; null where that is nobody's business
 */
record AuditEntry(
        Instant time,
        Arrival.Target target,
        String requestId,
        String path,
        boolean streams,
        String caller,
        Ending ending,
        Duration duration,
        @Nullable Duration firstOutput,
        Map<String, Object> notes,
        @Nullable Words words) {
    AuditEntry {
        notes = Map.copyOf(notes);
    }

    /** What was said. */
    record Words(List<Saying> prompt, List<Saying> answer) {
        Words {
            prompt = List.copyOf(prompt);
            answer = List.copyOf(answer);
        }
    }

    /**
     * A text of somebody.
     *
     * @param role such as {@code user}; of an answer, the number of the choice
     * @param isWhole whether this is all of it
     */
    record Saying(String role, String text, boolean isWhole) {}
}
