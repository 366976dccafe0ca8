package dev.windlass.server.load;

import dev.windlass.model.InvalidModelException;
import dev.windlass.model.family.DecoderSpec;
import java.nio.file.Path;

/**
 * How many sequences of which length are served: what was asked for where it fits, else what suits the model and the
 * memory. Pure.
 *
 * @param capacity positions a slot, and so the context
 * @param sequences how many run at once
 * @param slots the same and a few more, which keep prefixes of what ran before
 * @param cacheBytes what all slots take when they are full
 */
record Sizing(int capacity, int sequences, int slots, long cacheBytes) {
    /** Longer contexts are served when they are asked for: few need them, and every slot reserves its room. */
    private static final int USUAL_CONTEXT = 8192;

    private static final int USUAL_SEQUENCES = 16;
    private static final int KEPT_PREFIXES = 4;

    /**
     * @param directory the model's, for messages
     * @param elementBytes the size of one cached number
     * @param memory how many bytes the caches may take
     */
    static Sizing of(Path directory, DecoderSpec spec, ModelSettings settings, int elementBytes, long memory) {
        if (settings.contextLength() > spec.maximumPositions()) {
            throw new InvalidModelException(
                    directory,
                    "the context was asked to be %d tokens, and the model was made for %d"
                            .formatted(settings.contextLength(), spec.maximumPositions()));
        }
        int capacity = settings.contextLength() > 0
                ? settings.contextLength()
                : Math.min(spec.maximumPositions(), USUAL_CONTEXT);
        long position = spec.layers().stream()
                .mapToLong(layer -> 2L * layer.attention().keyValueWidth() * elementBytes)
                .sum();
        long slot = position * capacity;
        long fitting = memory / slot;
        if (fitting < 1 || settings.sequences() > fitting) {
            throw new InvalidModelException(
                    directory,
                    "%d sequences of %d tokens need %d MB for keys and values, and there are %d MB: ask for fewer or shorter ones"
                            .formatted(
                                    Math.max(1, settings.sequences()),
                                    capacity,
                                    Math.max(1, settings.sequences()) * slot >> 20,
                                    memory >> 20));
        }
        int sequences = settings.sequences() > 0 ? settings.sequences() : (int) Math.min(USUAL_SEQUENCES, fitting);
        int slots = (int) Math.min(fitting, sequences + (settings.prefixReuse() ? KEPT_PREFIXES : 0));
        return new Sizing(capacity, sequences, slots, slots * slot);
    }
}
