package dev.windlass.cli;

import dev.windlass.model.source.ModelSource;
import dev.windlass.model.weight.Quantization;
import dev.windlass.server.load.ModelSettings;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How a model is stored and run: the options that serve, convert and export share. */
final class ModelOptions {
    static final int USUAL_WAITING = 256;
    /** As spec.startup.warmupPrompts has it. */
    private static final int USUAL_WARM_UPS = 3;

    private static final int MOST_WARM_UPS = 100;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--quantization",
            paramLabel = "WIDTH",
            description =
                    "auto, none (float32), int8 or int4. auto takes int8 up to a billion parameters, then int4; encoders keep float32.")
    private @Nullable String quantization;

    @Option(names = "--context", paramLabel = "TOKENS", description = "The longest prompt and output together.")
    private int context;

    @Option(names = "--max-sequences", paramLabel = "N", description = "How many requests run at once.")
    private int sequences;

    @Option(
            names = "--max-step-tokens",
            paramLabel = "N",
            description =
                    "How many tokens a step computes at most: fewer make running streams smoother, more make prompts faster (default: about a second's worth).")
    private int stepTokens;

    @Option(names = "--max-waiting", paramLabel = "N", description = "How many requests may wait; more get 429.")
    private int waiting;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "How many threads compute (default: one for each core).")
    private int threads;

    @Option(
            names = "--warmup-prompts",
            paramLabel = "N",
            description =
                    "How many short generations run before the model is ready, 0 to 100 (default: 3). 0 leaves the check that it computes at all.")
    private @Nullable Integer warmUps;

    @Option(
            names = "--prefix-reuse",
            negatable = true,
            fallbackValue = "true",
            description = "Whether requests that begin alike share what was computed (default: they do).")
    private @Nullable Boolean prefixReuse;

    @Option(
            names = "--chat-template",
            paramLabel = "FILE",
            description = "A Jinja template in place of the model's own.")
    private @Nullable Path chatTemplate;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private PinOption pin;

    @Option(
            names = "--kv-memory-fraction",
            paramLabel = "SHARE",
            description =
                    "How much of the memory that weights and the process leave may keep keys and values, above 0 and up to 1 (default: 0.9).")
    private @Nullable Double cacheShare;

    /** The settings of a model given on the command line. */
    ModelSettings settings(ModelSource source, String name, Set<String> aliases) {
        return overriding(new ModelSettings(
                source,
                name,
                aliases,
                Quantization.AUTO,
                0,
                0,
                0,
                0,
                USUAL_WAITING,
                USUAL_WARM_UPS,
                true,
                null,
                null,
                ModelSettings.USUAL_CACHE_SHARE));
    }

    boolean hasChatTemplate() {
        return chatTemplate != null;
    }

    /** Settings from elsewhere, with what the command line says in their place. */
    ModelSettings overriding(ModelSettings settings) {
        if (warmUps != null && (warmUps < 0 || warmUps > MOST_WARM_UPS)) {
            throw new ParameterException(
                    spec.commandLine(), "--warmup-prompts: expected 0 to %d, got %d".formatted(MOST_WARM_UPS, warmUps));
        }
        var pinned = pin.sha256();
        if (cacheShare != null && !(cacheShare > 0 && cacheShare <= 1)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--kv-memory-fraction: expected a share above 0 and up to 1, got " + cacheShare);
        }
        return new ModelSettings(
                settings.source(),
                settings.name(),
                settings.aliases(),
                quantization == null ? settings.quantization() : Quantization.parse(quantization),
                context == 0 ? settings.contextLength() : context,
                sequences == 0 ? settings.sequences() : sequences,
                stepTokens == 0 ? settings.stepTokens() : stepTokens,
                threads == 0 ? settings.threads() : threads,
                waiting == 0 ? settings.waiting() : waiting,
                warmUps == null ? settings.warmUps() : warmUps,
                prefixReuse == null ? settings.prefixReuse() : prefixReuse,
                chatTemplate == null ? settings.chatTemplate() : chatTemplate,
                pinned == null ? settings.sha256() : pinned,
                cacheShare == null ? settings.cacheShare() : cacheShare);
    }
}
