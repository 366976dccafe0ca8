package dev.windlass.server.load;

import dev.windlass.model.family.DecoderSpec;
import dev.windlass.model.family.DecoderSpec.Layer;
import dev.windlass.model.family.DecoderSpec.Linear;
import dev.windlass.model.family.DecoderSpec.Mlp;
import dev.windlass.model.family.EncoderSpec;
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

    /** Encoders have no stream that waits: what bounds a batch is how soon another request has its turn. */
    private static final int LARGEST_BATCH = 2048;

    private StepBudget() {}

    static int of(DecoderSpec spec, int threads) {
        return of(spec.layers().stream().mapToLong(StepBudget::products).sum(), threads, LARGEST);
    }

    static int of(EncoderSpec spec, int threads) {
        return of(spec.layers().stream().mapToLong(StepBudget::products).sum(), threads, LARGEST_BATCH);
    }

    private static int of(long perToken, int threads, int largest) {
        long tokens = PER_THREAD * threads / Math.max(1, perToken);
        return (int) Math.clamp((tokens + STEP / 2) / STEP * STEP, STEP, largest);
    }

    private static long products(EncoderSpec.Layer layer) {
        return size(layer.attention().input()) + size(layer.attention().output()) + products(layer.mlp());
    }

    private static long products(Mlp mlp) {
        return size(mlp.gate()) + size(mlp.up()) + size(mlp.down());
    }

    private static long products(Layer layer) {
        return size(layer.attention().input()) + size(layer.attention().output()) + products(layer.mlp());
    }

    private static long size(@Nullable Linear linear) {
        return linear == null ? 0 : (long) linear.inputs() * linear.outputs();
    }
}
