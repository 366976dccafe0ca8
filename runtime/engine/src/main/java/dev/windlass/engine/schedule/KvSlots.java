package dev.windlass.engine.schedule;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who lives in which slot, and what the idle slots still know.
 *
 * <p>A runner computes the decoding sequences as one rectangle of rows, from slot 0 to the highest of them, and an idle
 * row in it costs as much as a busy one: so sequences are placed low, and the highest moves down when more than a quarter
 * of the rows idle. A slot that its sequence left stays a donor of its prefix until its place is needed; where a less
 * valuable slot is idle, the donor moves there first, since copying a position is some hundred times cheaper than
 * computing it.
 */
final class KvSlots {
    /** A prefix shorter than this is computed faster than it is copied and accounted for. */
    static final int SMALLEST_COPY = 4;

    /** A donor shorter than this is not moved out of the way. */
    private static final int SMALLEST_DONOR = 16;

    /** One row in so many may idle. */
    private static final int IDLE_SHARE = 4;

    private static final int[] NOTHING = {};

    private final @Nullable Sequence[] owners;
    private final int[][] donated;
    private final int[] lengths;
    private final long[] used;
    private long uses;
    private int active;

    KvSlots(int slots) {
        owners = new Sequence[slots];
        donated = new int[slots][];
        Arrays.fill(donated, NOTHING);
        lengths = new int[slots];
        used = new long[slots];
    }

    int size() {
        return owners.length;
    }

    int active() {
        return active;
    }

    /** How many positions count in each slot: a view of what changes with every call. */
    int[] lengths() {
        return lengths;
    }

    /** How long a prefix of the sequence some slot holds. */
    int longestPrefix(Sequence sequence) {
        int donor = donor(sequence);
        return donor < 0 ? 0 : shared(sequence, donor);
    }

    /** Gives a sequence a slot, and the longest prefix that any slot holds. */
    void place(Sequence sequence, boolean reuse, List<SlotCopy> copies) {
        int rows = active + 1;
        int donor = reuse ? donor(sequence) : -1;
        int prefix = donor < 0 ? 0 : shared(sequence, donor);
        boolean takeOver = donor >= 0 && donor < rows && owners[donor] == null && 2 * prefix >= lengths[donor];
        int target = takeOver ? donor : leastValuable(0, rows, -1);
        if (!takeOver) {
            evacuate(target, rows, donor, copies);
        }
        if (donor >= 0 && donor != target) {
            copies.add(new SlotCopy(donor, target, prefix));
            if (owners[donor] == null && prefix == lengths[donor]) {
                used[donor] = 0; // all it knows lives on in the target
            }
        }
        owners[target] = sequence;
        donated[target] = NOTHING;
        lengths[target] = prefix;
        active++;
        sequence.start(target, prefix);
    }

    /** Takes its slot from a sequence; what was computed stays for others. */
    void release(Sequence sequence) {
        int slot = sequence.slot();
        owners[slot] = null;
        donated[slot] = sequence.tokens();
        lengths[slot] = sequence.computed();
        used[slot] = ++uses;
        active--;
        sequence.stop();
    }

    /** Says that what an idle slot holds is not to be relied on. */
    void forget(int slot) {
        donated[slot] = NOTHING;
        lengths[slot] = 0;
        used[slot] = 0;
    }

    @Nullable
    Sequence owner(int slot) {
        return owners[slot];
    }

    void advance(Sequence sequence, int count) {
        sequence.advance(count);
        lengths[sequence.slot()] = sequence.computed();
    }

    /** Moves the highest sequences down while too many rows idle. */
    void compact(List<SlotCopy> copies) {
        for (int high = highest(); (high + 1 - active) * IDLE_SHARE > high + 1; high = highest()) {
            int low = leastValuable(0, active, -1);
            var sequence = owners[high];
            if (sequence == null) {
                return;
            }
            evacuate(low, active, -1, copies);
            if (lengths[high] > 0) {
                copies.add(new SlotCopy(high, low, lengths[high]));
            }
            owners[low] = sequence;
            donated[low] = NOTHING;
            lengths[low] = lengths[high];
            sequence.move(low);
            owners[high] = null;
            forget(high);
        }
    }

    private int highest() {
        int slot = owners.length - 1;
        while (slot >= 0 && owners[slot] == null) {
            slot--;
        }
        return slot;
    }

    /** Copies a donor worth keeping to an idle slot beyond the rows whose content is worth less, if there is one. */
    private void evacuate(int slot, int rows, int except, List<SlotCopy> copies) {
        if (lengths[slot] < SMALLEST_DONOR) {
            return;
        }
        int refuge = leastValuable(rows, owners.length, except);
        if (refuge >= 0 && (lengths[refuge] == 0 || used[refuge] < used[slot])) {
            copies.add(new SlotCopy(slot, refuge, lengths[slot]));
            donated[refuge] = donated[slot];
            lengths[refuge] = lengths[slot];
            used[refuge] = used[slot];
        }
    }

    /** The idle slot whose loss matters least: an empty one, else the one not used for longest; -1 when none idles. */
    private int leastValuable(int from, int to, int except) {
        int best = -1;
        for (int slot = from; slot < to; slot++) {
            if (owners[slot] == null && slot != except && (best < 0 || value(slot) < value(best))) {
                best = slot;
            }
        }
        return best;
    }

    private long value(int slot) {
        return lengths[slot] == 0 ? -1 : used[slot];
    }

    /** The slot that shares the longest prefix worth taking, an idle one before a busy one; -1 when none does. */
    private int donor(Sequence sequence) {
        int best = -1;
        int longest = SMALLEST_COPY - 1;
        for (int slot = 0; slot < owners.length; slot++) {
            if (lengths[slot] < longest) {
                continue;
            }
            int prefix = shared(sequence, slot);
            if (prefix > longest || prefix == longest && best >= 0 && owners[best] != null && owners[slot] == null) {
                best = slot;
                longest = prefix;
            }
        }
        return best;
    }

    private int shared(Sequence sequence, int slot) {
        var owner = owners[slot];
        int limit = Math.min(lengths[slot], sequence.reusable());
        return prefix(owner == null ? donated[slot] : owner.tokens(), sequence.tokens(), limit);
    }

    /** How many of the first {@code limit} tokens agree. */
    static int prefix(int[] left, int[] right, int limit) {
        int mismatch = Arrays.mismatch(left, 0, limit, right, 0, limit);
        return mismatch < 0 ? limit : mismatch;
    }
}
