package dev.windlass.engine.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class KvSlotsTest {
    private final List<SlotCopy> copies = new ArrayList<>();
    private long arrivals;

    private static final class Plain extends Sequence {
        Plain(int[] prompt, long arrival) {
            super(prompt, 0, arrival, false);
        }
    }

    /** Places a sequence and computes all of it but the last token. */
    private Sequence run(KvSlots slots, int length, int first) {
        var sequence = new Plain(IntStream.range(0, length).map(i -> first + i).toArray(), arrivals++);
        slots.place(sequence, true, copies);
        slots.advance(sequence, length - sequence.computed());
        return sequence;
    }

    @Test
    void placesSequencesInTheLowestRows() {
        var slots = new KvSlots(8);
        var first = run(slots, 20, 0);
        var second = run(slots, 20, 100);
        var third = run(slots, 20, 200);
        assertThat(List.of(first.slot(), second.slot(), third.slot())).containsExactly(0, 1, 2);
        slots.release(second);
        assertThat(run(slots, 20, 300).slot()).isEqualTo(1);
    }

    @Test
    void takesOverTheSlotOfAnIdleDonorWithoutACopy() {
        var slots = new KvSlots(4);
        slots.release(run(slots, 30, 0));
        var next = new Plain(IntStream.range(0, 40).toArray(), arrivals++);
        slots.place(next, true, copies);
        assertThat(next.slot()).isZero();
        assertThat(next.computed()).isEqualTo(30);
        assertThat(copies).isEmpty();
    }

    @Test
    void copiesThePrefixOfABusyDonor() {
        var slots = new KvSlots(4);
        run(slots, 30, 0);
        var next = new Plain(IntStream.range(0, 30).toArray(), arrivals++);
        slots.place(next, true, copies);
        assertThat(copies).containsExactly(new SlotCopy(0, 1, 29));
        assertThat(next.computed()).isEqualTo(29);
    }

    @Test
    void movesADonorOutOfTheWayWhereAnEmptySlotIsLeft() {
        var slots = new KvSlots(3);
        slots.release(run(slots, 30, 0));
        run(slots, 30, 100);
        assertThat(copies).containsExactly(new SlotCopy(0, 1, 30));
        copies.clear();
        var next = new Plain(IntStream.range(0, 30).toArray(), arrivals++);
        slots.place(next, true, copies);
        assertThat(next.computed()).isEqualTo(29);
        assertThat(next.slot()).isEqualTo(1);
        assertThat(copies).isEmpty();
    }

    @Test
    void overwritesTheDonorNotUsedForLongest() {
        var slots = new KvSlots(2);
        var old = run(slots, 30, 0);
        var recent = run(slots, 30, 100);
        slots.release(old);
        slots.release(recent);
        run(slots, 30, 200);
        assertThat(slots.longestPrefix(new Plain(IntStream.range(0, 30).toArray(), 0)))
                .isZero();
        assertThat(slots.longestPrefix(new Plain(IntStream.range(100, 130).toArray(), 0)))
                .isEqualTo(29);
    }

    @Test
    void movesTheHighestDownWhenMoreThanAQuarterOfTheRowsIdle() {
        var slots = new KvSlots(4);
        var low = run(slots, 30, 0);
        var high = run(slots, 40, 100);
        slots.release(low);
        copies.clear();
        slots.compact(copies);
        assertThat(high.slot()).isZero();
        assertThat(copies).containsExactly(new SlotCopy(0, 2, 30), new SlotCopy(1, 0, 40));
        assertThat(slots.lengths()).containsExactly(40, 0, 30, 0);
    }

    @Test
    void bearsAQuarterOfIdleRows() {
        var slots = new KvSlots(4);
        var sequences =
                IntStream.range(0, 4).mapToObj(i -> run(slots, 20, 100 * i)).toList();
        slots.release(sequences.getFirst());
        copies.clear();
        slots.compact(copies);
        assertThat(copies).isEmpty();
    }

    @Test
    void ignoresPrefixesNotWorthACopy() {
        var slots = new KvSlots(4);
        run(slots, 30, 0);
        var next = new Plain(new int[] {0, 1, 2, 50, 51, 52}, arrivals++);
        slots.place(next, true, copies);
        assertThat(next.computed()).isZero();
        assertThat(copies).isEmpty();
    }
}
