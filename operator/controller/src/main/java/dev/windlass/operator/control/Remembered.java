package dev.windlass.operator.control;

import dev.windlass.api.LlmDeployment;
import dev.windlass.api.LlmDeploymentStatus;
import dev.windlass.operator.memory.Memory;
import dev.windlass.operator.memory.MemoryJson;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The statuses this process has written. A watch brings them back late, and a decision made from an older one would be made
 * twice; only the leader writes, so what it wrote is what there is.
 */
public final class Remembered {
    /** By then every watch has brought back what was written. */
    private static final Duration LONG_SEEN = Duration.ofHours(1);

    private static final int FEW = 1000;

    private volatile int cleanAt = 2 * FEW;
    private final Map<String, Entry> entries = new ConcurrentHashMap<>();

    /** @param status as it was written last */
    record Entry(Memory memory, LlmDeploymentStatus status, Instant written) {}

    Optional<Entry> of(LlmDeployment resource) {
        return Optional.ofNullable(entries.get(uid(resource)));
    }

    LlmDeploymentStatus status(LlmDeployment resource) {
        return of(resource).map(Entry::status).orElse(resource.status());
    }

    /** What was decided last; nothing of a resource that is new. */
    Optional<Memory> memory(LlmDeployment resource) {
        @Nullable Entry entry = entries.get(uid(resource));
        if (entry != null) {
            return Optional.of(entry.memory());
        }
        var stored = resource.status().memory();
        return stored == null ? Optional.empty() : MemoryJson.read(stored);
    }

    void put(LlmDeployment resource, Memory memory, LlmDeploymentStatus status, Instant now) {
        entries.put(uid(resource), new Entry(memory, status, now));
        if (entries.size() > cleanAt) {
            entries.values().removeIf(entry -> entry.written().isBefore(now.minus(LONG_SEEN)));
            cleanAt = 2 * Math.max(FEW, entries.size());
        }
    }

    private static String uid(LlmDeployment resource) {
        return resource.getMetadata().getUid();
    }
}
