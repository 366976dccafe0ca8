package dev.windlass.model.graph;

import dev.windlass.model.family.DecoderSpec;
import dev.windlass.model.family.DecoderSpec.Embedding;
import dev.windlass.model.family.DecoderSpec.Layer;
import dev.windlass.model.family.DecoderSpec.Linear;
import dev.windlass.model.family.DecoderSpec.Mlp;
import dev.windlass.model.family.DecoderSpec.Norm;
import org.jspecify.annotations.Nullable;

/**
 * Writes a decoder from its first step to its last. What a layer adds to the residual is kept aside until the next norm,
 * because operators exist that add and normalise at once.
 */
final class DecoderWalk {
    private final DecoderSpec spec;
    private final GraphWriter writer;
    private final Constants constants;
    private final Operators operators;
    private String residual = "";
    private @Nullable String addend;

    DecoderWalk(DecoderSpec spec, GraphWriter writer, Constants constants, Operators operators) {
        this.spec = spec;
        this.writer = writer;
        this.constants = constants;
        this.operators = operators;
    }

    void write() {
        writer.scope("embedding");
        embedding(spec.embedding());
        for (int i = 0; i < spec.layers().size(); i++) {
            layer(i, spec.layers().get(i));
        }
        writer.scope("head");
        String normed = normed(spec.finalNorm());
        Linear head = spec.head().linear();
        String logits =
                head == null ? operators.tiedHead(spec.embedding().tokens(), normed) : operators.linear(head, normed);
        operators.logits(softcap(writer, constants, logits, spec.head().softcap()));
    }

    private void embedding(Embedding embedding) {
        residual = operators.tokens(embedding.tokens());
        if (embedding.scale() != 1) {
            residual = writer.node("Mul", residual, constants.scalar(embedding.scale()));
        }
        if (embedding.positions() != null) {
            residual = writer.node("Add", residual, operators.positions(embedding.positions()));
        }
    }

    private void layer(int index, Layer layer) {
        boolean last = index == spec.layers().size() - 1;
        writer.scope("layers." + index + ".attention");
        String input = layer.beforeAttention() == null ? plain() : normed(layer.beforeAttention());
        String heads = operators.attention(
                index, layer.attention(), operators.linear(layer.attention().input(), input));
        if (last) {
            // The rest of the last layer is needed only where logits are.
            heads = operators.select(heads);
            residual = operators.select(plain());
        }
        String attended =
                after(layer.afterAttention(), operators.linear(layer.attention().output(), heads));
        if (!layer.parallel()) {
            add(attended);
        }
        writer.scope("layers." + index + ".mlp");
        String mlpInput = layer.beforeMlp() == null ? plain() : normed(layer.beforeMlp());
        add(after(layer.afterMlp(), mlp(layer.mlp(), mlpInput)));
        if (layer.parallel()) {
            add(attended);
        }
    }

    private String mlp(Mlp mlp, String x) {
        Linear gate = mlp.gate();
        if (gate == null) {
            return operators.linear(mlp.down(), operators.activation(mlp.activation(), operators.linear(mlp.up(), x)));
        }
        String opening = operators.activation(mlp.activation(), operators.linear(gate, x));
        return operators.linear(mlp.down(), writer.node("Mul", opening, operators.linear(mlp.up(), x)));
    }

    private String after(@Nullable Norm norm, String x) {
        return norm == null ? x : operators.norm(norm, x);
    }

    private void add(String value) {
        addend = addend == null ? value : writer.node("Add", addend, value);
    }

    /** The residual with everything added to it. */
    private String plain() {
        if (addend != null) {
            residual = writer.node("Add", residual, addend);
            addend = null;
        }
        return residual;
    }

    private String normed(Norm norm) {
        if (addend == null) {
            return operators.norm(norm, residual);
        }
        Operators.Sum sum = operators.addAndNorm(norm, residual, addend);
        residual = sum.sum();
        addend = null;
        return sum.normed();
    }

    static String softcap(GraphWriter writer, Constants constants, String x, double softcap) {
        if (softcap == 0) {
            return x;
        }
        String cap = constants.scalar(softcap);
        return writer.node("Mul", writer.node("Tanh", writer.node("Div", x, cap)), cap);
    }
}
