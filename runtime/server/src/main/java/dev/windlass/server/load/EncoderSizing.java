package dev.windlass.server.load;

import dev.windlass.model.InvalidModelException;
import dev.windlass.model.config.EncoderTask;
import dev.windlass.model.family.EncoderSpec;
import java.nio.file.Path;

/**
 * How long texts may be and how many are computed together: what was asked for where it fits, else what suits the model and
 * the memory. Pure.
 *
 * @param capacity the longest text, in tokens
 * @param tokens how many a batch has room for, padding included
 */
record EncoderSizing(int capacity, int tokens) {
    /** Longer texts are served when they are asked for. */
    private static final int USUAL_CONTEXT = 8192;

    /**
     * @param directory the model's, for messages
     * @param memory how many bytes the scores of one attention may take
     */
    static EncoderSizing of(Path directory, EncoderSpec spec, EncoderTask task, ModelSettings settings, long memory) {
        if (settings.contextLength() > spec.maximumPositions()) {
            throw new InvalidModelException(
                    directory,
                    "texts were asked to be of %d tokens, and the model was made for %d"
                            .formatted(settings.contextLength(), spec.maximumPositions()));
        }
        int heads = spec.layers().getFirst().attention().heads();
        // Each pair of tokens has a score in each head.
        int fitting = (int) Math.min(Integer.MAX_VALUE, Math.sqrt((double) memory / ((long) heads * Float.BYTES)));
        if (settings.contextLength() > fitting) {
            throw new InvalidModelException(
                    directory,
                    "texts of %d tokens need %d MB for one attention's scores, and there are %d MB: ask for shorter ones"
                            .formatted(
                                    settings.contextLength(),
                                    (long) heads * settings.contextLength() * settings.contextLength() * Float.BYTES
                                            >> 20,
                                    memory >> 20));
        }
        int capacity = settings.contextLength() > 0
                ? settings.contextLength()
                : Math.min(Math.min(usual(spec, task), USUAL_CONTEXT), Math.max(1, fitting));
        int wanted = settings.stepTokens() > 0
                ? settings.stepTokens()
                : StepBudget.of(spec, ModelPreparation.threads(settings));
        return new EncoderSizing(capacity, Math.max(capacity, wanted));
    }

    private static int usual(EncoderSpec spec, EncoderTask task) {
        return task instanceof EncoderTask.Embed embed && embed.maximumTokens() > 0
                ? Math.min(embed.maximumTokens(), spec.maximumPositions())
                : spec.maximumPositions();
    }
}
