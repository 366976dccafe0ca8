package dev.windlass.server.load;

import dev.windlass.model.family.DecoderSpec;
import dev.windlass.model.family.DecoderSpec.Layer;
import dev.windlass.model.family.DecoderSpec.Linear;
import org.jspecify.annotations.Nullable;

/**
 * How many tokens a step should compute on a CPU. While a step computes a prompt's chunk, every running stream waits for
 * its next token: a step should take a second or so, whatever the model. Larger chunks would gain next to nothing, since
 * a few dozen tokens keep a processor busy. Depends on nothing that varies between runs, because the cut of a prompt may
 * show in the last bits of its logits. Pure.
 */
final class StepBudget {
    /** Multiply-adds a second that one core does on quantised weights, at least: measured on AVX2, where VNNI does twice that. */
    private static final long PER_THREAD = 30_000_000_000L;

    private static final int STEP = 64;
    private static final int LARGEST = 512;

    private StepBudget() {}

    static int of(DecoderSpec spec, int threads) {
        long perToken = Math.max(
                1, spec.layers().stream().mapToLong(StepBudget::products).sum());
        long tokens = PER_THREAD * threads / perToken;
        return (int) Math.clamp((tokens + STEP / 2) / STEP * STEP, STEP, LARGEST);
    }

    private static long products(Layer layer) {
        return size(layer.attention().input())
                + size(layer.attention().output())
                + size(layer.mlp().gate())
                + size(layer.mlp().up())
                + size(layer.mlp().down());
    }

    private static long size(@Nullable Linear linear) {
        return linear == null ? 0 : (long) linear.inputs() * linear.outputs();
    }
}
