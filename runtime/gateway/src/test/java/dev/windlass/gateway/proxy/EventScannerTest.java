package dev.windlass.gateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.windlass.gateway.upstream.UpstreamException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EventScannerTest {
    private static final List<String> EVENTS = List.of(
            "data: one\n\n",
            ": comment\n\n",
            "event: x\r\ndata: two\r\n\r\n",
            "data: " + "y".repeat(5_000) + "\n\n",
            "\n");

    @Test
    void findsTheSameEventsHoweverTheBytesAreCut() throws Exception {
        byte[] all = String.join("", EVENTS).getBytes(StandardCharsets.US_ASCII);
        var random = new Random(1);
        for (int round = 0; round < 200; round++) {
            List<String> found = new ArrayList<>();
            var scanner = new EventScanner(
                    (event, length) -> found.add(new String(event, 0, length, StandardCharsets.US_ASCII)));
            for (int position = 0; position < all.length; ) {
                int count = Math.min(all.length - position, 1 + random.nextInt(round % 2 == 0 ? 5 : 3_000));
                scanner.scan(all, position, count);
                position += count;
            }
            assertThat(found).isEqualTo(EVENTS);
            assertThat(scanner.isAtBoundary()).isTrue();
        }
    }

    @Test
    void halfAnEventIsNone() throws Exception {
        var scanner = new EventScanner((_, _) -> {
            throw new AssertionError("no event is whole");
        });
        scanner.scan("data: x\n".getBytes(StandardCharsets.US_ASCII), 0, 8);
        assertThat(scanner.isAtBoundary()).isFalse();
    }

    @Test
    void anEventWithoutAnEndIsRefused() {
        var scanner = new EventScanner((_, _) -> {});
        byte[] piece = new byte[64 * 1024];
        Arrays.fill(piece, (byte) 'x');
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 64; i++) {
                        scanner.scan(piece, 0, piece.length);
                    }
                })
                .isInstanceOf(UpstreamException.class);
    }
}
