package dev.windlass.operator.control;

import dev.windlass.api.LlmDeployment;
import dev.windlass.operator.rollout.Instructions;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What people ask for by annotation: {@code windlass.dev/promote} and {@code windlass.dev/abort}, with a revision's name. */
final class Annotations {
    static final String PROMOTE = "windlass.dev/promote";
    static final String ABORT = "windlass.dev/abort";

    private Annotations() {}

    static Instructions instructions(LlmDeployment resource) {
        Map<String, String> annotations = resource.getMetadata().getAnnotations();
        return annotations == null
                ? Instructions.NONE
                : new Instructions(hash(resource, annotations.get(PROMOTE)), hash(resource, annotations.get(ABORT)));
    }

    /** The name of a revision is the resource's with the hash behind it; the hash alone will do. */
    private static @Nullable String hash(LlmDeployment resource, @Nullable String written) {
        if (written == null || written.isBlank()) {
            return null;
        }
        String prefix = resource.name() + "-";
        String trimmed = written.strip();
        return trimmed.startsWith(prefix) ? trimmed.substring(prefix.length()) : trimmed;
    }
}
