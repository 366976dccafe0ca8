package dev.windlass.operator.status;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The conditions of a status in their order. One that says what it said before keeps the time at which it began to. */
final class Conditions {
    private final List<Condition> before;
    private final @Nullable Long generation;
    private final String now;
    private final List<Condition> conditions = new ArrayList<>();

    Conditions(List<Condition> before, @Nullable Long generation, Instant now) {
        this.before = before;
        this.generation = generation;
        this.now = now.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** Adds one, and gives it back. */
    Condition set(String type, boolean isTrue, String reason, String message) {
        String status = isTrue ? "True" : "False";
        String since = before.stream()
                .filter(old -> type.equals(old.getType()) && status.equals(old.getStatus()))
                .map(Condition::getLastTransitionTime)
                .findFirst()
                .orElse(now);
        Condition condition = new ConditionBuilder()
                .withType(type)
                .withStatus(status)
                .withReason(reason)
                .withMessage(message)
                .withLastTransitionTime(since)
                .withObservedGeneration(generation)
                .build();
        conditions.add(condition);
        return condition;
    }

    List<Condition> list() {
        return List.copyOf(conditions);
    }
}
