package dev.windlass.onnx;

import dev.windlass.engine.run.Batch;
import dev.windlass.engine.run.Span;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * How a batch becomes runs of the graph. GroupQueryAttention takes rows of different lengths only when each has one
 * token, so these decode together, as one rectangle of consecutive slots, and every chunk of a prompt runs alone.
 *
 * @param rows how many rows of logits the batch asks for
 */
record StepPlan(List<Run> runs, int rows) {
    /**
     * How many idle slots in a row are computed along, rather than starting another run behind them. An idle row costs
     * about what a decoding one does, and a run of its own reads all the weights again.
     */
    private static final int IDLE_SLOTS_BRIDGED = 1;

    /**
     * One run of the graph, over {@code slots} consecutive slots.
     *
     * @param spans in the order of the batch
     */
    record Run(int firstSlot, int slots, List<Placed> spans) {
        /** Tokens a row. */
        int tokens() {
            return spans.getFirst().span().count();
        }

        /** Rows of logits that the run computes. */
        int rows() {
            int rows = 0;
            for (Placed placed : spans) {
                rows += placed.span().logits();
            }
            return rows;
        }

        /** Whether the run's rows of logits follow each other in the result too. */
        boolean isContiguous() {
            int next = spans.getFirst().row();
            for (Placed placed : spans) {
                if (placed.span().logits() > 0) {
                    if (placed.row() != next) {
                        return false;
                    }
                    next += placed.span().logits();
                }
            }
            return true;
        }
    }

    /** @param row where the span's logits begin in the result */
    record Placed(Span span, int row) {}

    static StepPlan of(Batch batch) {
        List<Run> chunks = new ArrayList<>();
        List<Placed> decoding = new ArrayList<>();
        int rows = 0;
        for (Span span : batch.spans()) {
            var placed = new Placed(span, rows);
            rows += span.logits();
            if (span.count() == 1 && span.start() > 0) {
                decoding.add(placed);
            } else {
                chunks.add(new Run(span.slot(), 1, List.of(placed)));
            }
        }
        // Decoding first: a row that idles in it may be the slot of a chunk, and writes where that chunk begins.
        List<Run> runs = new ArrayList<>();
        addDecoding(decoding, runs);
        runs.addAll(chunks);
        return new StepPlan(runs, rows);
    }

    private static void addDecoding(List<Placed> decoding, List<Run> runs) {
        if (decoding.isEmpty()) {
            return;
        }
        List<Placed> bySlot = new ArrayList<>(decoding);
        bySlot.sort(Comparator.comparingInt(placed -> placed.span().slot()));
        int from = 0;
        for (int i = 1; i <= bySlot.size(); i++) {
            if (i == bySlot.size() || slot(bySlot, i) - slot(bySlot, i - 1) > IDLE_SLOTS_BRIDGED + 1) {
                List<Placed> group = new ArrayList<>(bySlot.subList(from, i));
                int first = slot(bySlot, from);
                int last = slot(bySlot, i - 1);
                group.sort(Comparator.comparingInt(Placed::row));
                runs.add(new Run(first, last - first + 1, group));
                from = i;
            }
        }
    }

    private static int slot(List<Placed> spans, int index) {
        return spans.get(index).span().slot();
    }
}
