package dev.windlass.onnx;

import java.util.Map;
import java.util.Objects;

/**
 * How a session is opened and runs.
 *
 * @param threads how many threads compute one operator, the calling one among them; 0 takes one for each core
 * @param spinning whether idle threads of the pool wait actively for a while: faster between the operators of a step,
 *     at the cost of a busy processor
 * @param optimization how far the graph is rewritten before it runs
 * @param memoryPattern whether to plan memory ahead, which pays only when shapes stay the same
 * @param arena whether to keep memory for intermediate values between runs, rather than ask the C library each time
 * @param configuration further entries, by the keys of onnxruntime_session_options_config_keys.h
 */
public record SessionOptions(
        int threads,
        boolean spinning,
        Optimization optimization,
        boolean memoryPattern,
        boolean arena,
        Map<String, String> configuration) {

    public SessionOptions {
        Objects.requireNonNull(optimization, "optimization");
        configuration = Map.copyOf(configuration);
        if (threads < 0) {
            throw new IllegalArgumentException("threads: expected 0 or more, got " + threads);
        }
    }

    /** Every core, spinning, full optimisation, an arena, no memory pattern. */
    public static SessionOptions defaults() {
        return new SessionOptions(0, true, Optimization.ALL, false, true, Map.of());
    }

    public SessionOptions withThreads(int count) {
        return new SessionOptions(count, spinning, optimization, memoryPattern, arena, configuration);
    }

    public SessionOptions withSpinning(boolean on) {
        return new SessionOptions(threads, on, optimization, memoryPattern, arena, configuration);
    }

    public SessionOptions withOptimization(Optimization level) {
        return new SessionOptions(threads, spinning, level, memoryPattern, arena, configuration);
    }

    public SessionOptions withArena(boolean on) {
        return new SessionOptions(threads, spinning, optimization, memoryPattern, on, configuration);
    }

    /** How far a graph is rewritten, by the numbers of GraphOptimizationLevel. */
    public enum Optimization {
        NONE(0),
        BASIC(1),
        EXTENDED(2),
        ALL(99);

        private final int level;

        Optimization(int level) {
            this.level = level;
        }

        int level() {
            return level;
        }
    }
}
