package dev.windlass.engine.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class BatchTest {
    private static final int[] LENGTHS = new int[4];

    private static Span token(int slot) {
        return new Span(slot, 1, new int[] {7, 8}, 1, 1);
    }

    @Test
    void takesSpansOfSlotsInAnyOrder() {
        assertThat(new Batch(List.of(token(3), token(0), token(1)), LENGTHS).spans())
                .hasSize(3);
    }

    @Test
    void refusesTwoSpansOfOneSlot() {
        assertThatThrownBy(() -> new Batch(List.of(token(2), token(0), token(2)), LENGTHS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("spans: expected at most one a slot, found spans 0 and 2 of slot 2");
    }

    @Test
    void refusesABatchOfNothing() {
        assertThatThrownBy(() -> new Batch(List.of(), LENGTHS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least one span");
    }
}
