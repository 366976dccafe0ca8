package dev.windlass.events;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CauseTest {
    private static final String ENDED = "container runtime ended with exit code 139: ";

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            SIGSEGV (0xb) at pc=0x00007f3a5c0a1230, pid=1, tid=27 | SIGSEGV (0xb) at pc=0x00007f9b11c0a230, pid=1, tid=31
            RIP: 0033:00007f3a5c0a1230 Code: unable to access     | RIP: 0033:00007fb1110a1230 Code: unable to access
            java.lang.Thread@1b6d3586 has no context              | java.lang.Thread@4554617c has no context
            10.9.0.17:43512: connection refused                   | 10.9.0.4:51200: connection refused
            [fd00::1:2a]:8080: connection refused                 | [fd00::1:77]:8080: connection refused
            request 0b7c1c1e-3c2a-4f5e-9d7e-2f0a4f6f1a11 lost     | request 9d2e8f10-77aa-4c3b-8b1e-0c1d2e3f4a5b lost
            sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b broken | sha256:60303ae22b998861bce3b28f33eec1be758a213c broken
            killed for want of memory (exit code 137), 3 restarts | killed for want of memory (exit code 137), 4 restarts
            """)
    void isTheSameWhereOnlyAddressesDiffer(String first, String second) {
        assertThat(Cause.of(ENDED + first)).isEqualTo(Cause.of(ENDED + second));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            bcdf012345 is rolled back to 0123456789: ErrorRate 0.4 | dbcf012345 is rolled back to 0123456789: ErrorRate 0.4
            TtftP95 0.41 s -> 0.93 s (+127 %, limit 20 %)          | TtftP95 0.41 s -> 0.95 s (+132 %, limit 20 %)
            from 1 to 2: queue_depth 12                            | from 2 to 3: queue_depth 12
            ended with exit code 1: out of memory                  | ended with exit code 3: out of memory
            model-a: expected 5 tensors, got 4                     | model-b: expected 5 tensors, got 4
            version 1.2.3 is too old                               | version 1.2.4 is too old
            """)
    void isAnotherWhereAnythingElseDiffers(String first, String second) {
        assertThat(Cause.of(first)).isNotEqualTo(Cause.of(second));
    }

    @Test
    void wordsThatLookLikeHexStay() {
        assertThat(Cause.of("a decade of facade, defaced effaced cafe"))
                .isEqualTo("a decade of facade, defaced effaced cafe");
    }
}
