package dev.windlass.server.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MachineMemoryTest {
    private static final long MIB = 1 << 20;

    @Test
    void cachesShareWhatWeightsAndTheProcessLeave() {
        var container = new MachineMemory(4096 * MIB, 1024 * MIB);

        assertThat(container.forCaches(800 * MIB, 1)).isEqualTo((4096 - 1024 - 256 - 900) * MIB);
        assertThat(container.forCaches(800 * MIB, 0.5)).isEqualTo((4096 - 1024 - 256 - 900) / 2 * MIB);
        assertThat(container.forCaches(0, 0.25)).isEqualTo(704 * MIB);
    }

    @Test
    void thereIsNoneWhereTheModelFillsAll() {
        assertThat(new MachineMemory(1024 * MIB, 256 * MIB).forCaches(4096 * MIB, 0.9))
                .isZero();
    }

    @Test
    void thisMachineHasMoreThanTheHeap() {
        var here = MachineMemory.here();

        assertThat(here.total()).isGreaterThan(here.heap());
        assertThat(here.forScores()).isPositive();
    }
}
