package dev.windlass.operator.observe;

import dev.windlass.operator.desired.ScaledObject;
import dev.windlass.operator.desired.ScaledObject.Condition;
import dev.windlass.operator.desired.ScaledObject.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What KEDA says of what it was given to scale by. */
public final class KedaWord {
    /** It takes a new one within seconds. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private KedaWord() {}

    /** Why KEDA does not scale by it, in its own words, or that nobody has looked at it. */
    public static Optional<String> complaint(ScaledObject object, Instant now) {
        Status said = object.getStatus();
        Optional<Condition> ready = Stream.ofNullable(said == null ? null : said.conditions())
                .flatMap(List::stream)
                .filter(one -> "Ready".equals(one.type()))
                .findFirst();
        String name = object.getMetadata().getName();
        if (ready.isEmpty()) {
            String made = object.getMetadata().getCreationTimestamp();
            boolean isNew = made == null || Instant.parse(made).isAfter(now.minus(PATIENCE));
            return isNew
                    ? Optional.empty()
                    : Optional.of("KEDA has said nothing of ScaledObject %s; does it run?".formatted(name));
        }
        return ready.filter(one -> "False".equals(one.status()))
                .map(one -> "KEDA, of ScaledObject %s: %s: %s".formatted(name, one.reason(), one.message()));
    }
}
