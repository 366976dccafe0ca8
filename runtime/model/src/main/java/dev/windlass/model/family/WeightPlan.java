package dev.windlass.model.family;

import dev.windlass.model.family.DecoderSpec.Layer;
import dev.windlass.model.family.DecoderSpec.Linear;
import dev.windlass.model.family.DecoderSpec.Norm;
import dev.windlass.model.family.DecoderSpec.Table;
import dev.windlass.model.weight.Checkpoint;
import dev.windlass.model.weight.Weight;
import dev.windlass.model.weight.Weight.Role;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lists a model's weights in the order they are computed with. */
final class WeightPlan {
    private final SourceReader reader;
    private final List<Weight> weights = new ArrayList<>();

    WeightPlan(Checkpoint checkpoint) {
        this.reader = new SourceReader(checkpoint);
    }

    List<Weight> decoder(DecoderSpec spec) {
        Linear head = spec.head().linear();
        table(spec.embedding().tokens(), head == null ? Role.TIED_EMBEDDING : Role.EMBEDDING);
        Table positions = spec.embedding().positions();
        if (positions != null) {
            table(positions, Role.PLAIN);
        }
        for (Layer layer : spec.layers()) {
            norm(layer.beforeAttention());
            linear(layer.attention().input(), Role.LINEAR);
            norm(layer.attention().queryNorm());
            norm(layer.attention().keyNorm());
            linear(layer.attention().output(), Role.LINEAR);
            norm(layer.afterAttention());
            norm(layer.beforeMlp());
            mlp(layer.mlp());
            norm(layer.afterMlp());
        }
        norm(spec.finalNorm());
        if (head != null) {
            linear(head, Role.HEAD);
        }
        return List.copyOf(weights);
    }

    List<Weight> encoder(EncoderSpec spec) {
        table(spec.embedding().tokens(), Role.EMBEDDING);
        if (spec.embedding().positions() != null) {
            table(spec.embedding().positions(), Role.PLAIN);
        }
        if (spec.embedding().segments() != null) {
            table(spec.embedding().segments(), Role.PLAIN);
        }
        norm(spec.embedding().norm());
        for (EncoderSpec.Layer layer : spec.layers()) {
            norm(layer.attentionNorm());
            linear(layer.attention().input(), Role.LINEAR);
            linear(layer.attention().output(), Role.LINEAR);
            norm(layer.mlpNorm());
            mlp(layer.mlp());
        }
        norm(spec.finalNorm());
        if (spec.classifier() != null) {
            // A product a text, not a token: too little to gain by quantising it.
            linear(spec.classifier().dense(), Role.PLAIN);
            norm(spec.classifier().norm());
            linear(spec.classifier().output(), Role.PLAIN);
        }
        return List.copyOf(weights);
    }

    private void mlp(DecoderSpec.Mlp mlp) {
        if (mlp.gate() != null) {
            linear(mlp.gate(), Role.LINEAR);
        }
        linear(mlp.up(), Role.LINEAR);
        linear(mlp.down(), Role.LINEAR);
    }

    private void table(Table table, Role role) {
        matrix(table.name(), role, table.rows(), table.columns(), table.source());
    }

    private void linear(Linear linear, Role role) {
        matrix(linear.name(), role, linear.outputs(), linear.inputs(), linear.weight());
        vector(linear.biasName(), linear.outputs(), linear.bias());
    }

    private void norm(@Nullable Norm norm) {
        if (norm != null) {
            vector(norm.name(), norm.width(), norm.weight());
            vector(norm.biasName(), norm.width(), norm.bias());
        }
    }

    private void matrix(String name, Role role, int rows, int columns, Source source) {
        check(name, rows, source);
        weights.add(new Weight(name, role, rows, columns, reader.open(source, columns)));
    }

    private void vector(String name, int size, @Nullable Source source) {
        if (source == null) {
            return;
        }
        check(name, size, source);
        Weight.Rows values = reader.open(source, 1);
        weights.add(new Weight(name, Role.PLAIN, 1, size, (first, count, target) -> {
            if (count > 0) {
                values.read(0, size, target);
            }
        }));
    }

    private static void check(String name, int rows, Source source) {
        if (source.rows() != rows) {
            throw new IllegalStateException(
                    "weight %s: the family promises %d rows but describes %d".formatted(name, rows, source.rows()));
        }
    }
}
