package dev.windlass.model.family;

import java.util.List;

/**
 * Where a weight's values are in a checkpoint. A vector, such as a bias, counts as rows of one column. Tensors are named
 * without the prefix that wraps a whole decoder, such as {@code model.}.
 */
public sealed interface Source {
    int rows();

    /**
     * A tensor as it stands.
     *
     * @param names what it is called, in checkpoints of several times
     */
    record Named(List<String> names, int rows) implements Source {
        public Named {
            names = List.copyOf(names);
        }

        public Named(String name, int rows) {
            this(List.of(name), rows);
        }
    }

    /** A tensor stored as (inputs, outputs), as GPT-2's Conv1D has it. */
    record Transposed(String name, int rows) implements Source {}

    /** The rows of several sources, one source after another. */
    record Stacked(List<Source> parts) implements Source {
        public Stacked {
            parts = List.copyOf(parts);
        }

        @Override
        public int rows() {
            return parts.stream().mapToInt(Source::rows).sum();
        }
    }

    /** Rows of another source, from {@code first} on. */
    record Part(Source source, int first, int rows) implements Source {}

    /** Row {@code i} is row {@code order[i]} of another source. */
    record Ordered(Source source, List<Integer> order) implements Source {
        public Ordered {
            order = List.copyOf(order);
        }

        @Override
        public int rows() {
            return order.size();
        }
    }

    /** Values times {@code factor} plus {@code offset}. */
    record Adjusted(Source source, float factor, float offset) implements Source {
        @Override
        public int rows() {
            return source.rows();
        }
    }

    /** This source with every value multiplied. */
    default Source times(double factor) {
        return factor == 1 ? this : new Adjusted(this, (float) factor, 0);
    }
}
