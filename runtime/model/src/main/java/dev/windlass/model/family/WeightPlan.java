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

/** Lists a decoder's weights in the order they are computed with. */
final class WeightPlan {
    private final DecoderSpec spec;
    private final SourceReader reader;
    private final List<Weight> weights = new ArrayList<>();

    WeightPlan(DecoderSpec spec, Checkpoint checkpoint) {
        this.spec = spec;
        this.reader = new SourceReader(checkpoint);
    }

    List<Weight> weights() {
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
            Linear gate = layer.mlp().gate();
            if (gate != null) {
                linear(gate, Role.LINEAR);
            }
            linear(layer.mlp().up(), Role.LINEAR);
            linear(layer.mlp().down(), Role.LINEAR);
            norm(layer.afterMlp());
        }
        norm(spec.finalNorm());
        if (head != null) {
            linear(head, Role.HEAD);
        }
        return List.copyOf(weights);
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
