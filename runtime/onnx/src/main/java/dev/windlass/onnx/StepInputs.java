package dev.windlass.onnx;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.windlass.engine.run.Span;
import dev.windlass.onnx.Device.Mirror;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** The small inputs of a run, in buffers as large as they can ever need to be. Written anew for every run. */
final class StepInputs {
    private final Device device;
    private final int maximumPositions;
    private final boolean positionIds;

    final Mirror tokens;
    final Mirror positions;
    final Mirror lengths;
    final Mirror logitsRows;

    /** Read by the host on every device, so never uploaded. */
    final MemorySegment totalLength;

    StepInputs(DecoderGraph decoder, Device device, int slots, int capacity, Arena arena) {
        this.device = device;
        this.maximumPositions = decoder.maximumPositions();
        this.positionIds = decoder.positionIds();
        long most = Math.max(slots, capacity);
        tokens = device.mirror(most * Long.BYTES, arena);
        positions = device.mirror(most * Long.BYTES, arena);
        lengths = device.mirror((long) slots * Integer.BYTES, arena);
        logitsRows = device.mirror(most * 2 * Long.BYTES, arena);
        totalLength = arena.allocate(JAVA_INT);
    }

    void write(StepPlan.Run run, int[] slotLengths) {
        if (run.slots() == 1) {
            writeSpan(run.spans().getFirst().span());
        } else {
            writeDecoding(run, slotLengths);
        }
        device.upload(tokens, (long) run.slots() * run.tokens() * Long.BYTES);
        device.upload(lengths, (long) run.slots() * Integer.BYTES);
        device.upload(logitsRows, run.rows() * 2L * Long.BYTES);
        if (positionIds) {
            device.upload(positions, (long) run.slots() * run.tokens() * Long.BYTES);
        }
    }

    private void writeSpan(Span span) {
        int end = span.start() + span.count();
        for (int i = 0; i < span.count(); i++) {
            setToken(i, span.tokens()[span.start() + i], span.start() + i);
        }
        lengths.host().setAtIndex(JAVA_INT, 0, end - 1);
        totalLength.set(JAVA_INT, 0, end);
        for (int i = 0; i < span.logits(); i++) {
            setLogitsRow(i, 0, span.count() - span.logits() + i);
        }
    }

    /** Rows that idle compute token 0 at the first position that holds nothing, where it does no harm. */
    private void writeDecoding(StepPlan.Run run, int[] slotLengths) {
        int longest = 0;
        for (int row = 0; row < run.slots(); row++) {
            int length = slotLengths[run.firstSlot() + row];
            setToken(row, 0, Math.min(length, maximumPositions - 1));
            lengths.host().setAtIndex(JAVA_INT, row, length);
            longest = Math.max(longest, length);
        }
        int logitsRow = 0;
        for (int i = 0; i < run.spans().size(); i++) {
            Span span = run.spans().get(i).span();
            int row = span.slot() - run.firstSlot();
            setToken(row, span.tokens()[span.start()], span.start());
            lengths.host().setAtIndex(JAVA_INT, row, span.start());
            longest = Math.max(longest, span.start());
            if (span.logits() > 0) {
                setLogitsRow(logitsRow++, row, 0);
            }
        }
        totalLength.set(JAVA_INT, 0, longest + 1);
    }

    private void setToken(int index, int token, int position) {
        tokens.host().setAtIndex(JAVA_LONG, index, token);
        if (positionIds) {
            positions.host().setAtIndex(JAVA_LONG, index, position);
        }
    }

    private void setLogitsRow(int index, int row, int token) {
        logitsRows.host().setAtIndex(JAVA_LONG, 2L * index, row);
        logitsRows.host().setAtIndex(JAVA_LONG, 2L * index + 1, token);
    }
}
