package dev.windlass.gateway.upstream;

import java.time.Duration;

/**
 * How long runtimes may take.
 *
 * @param connect until a connection stands, as far as TCP goes
 * @param firstByte until the answer begins: for answers that are not streamed, as long as they take
 * @param idle between two pieces of an answer
 */
public record UpstreamTimeouts(Duration connect, Duration firstByte, Duration idle) {
    private static final int HANDSHAKE = 15;

    public static final UpstreamTimeouts DEFAULT =
            new UpstreamTimeouts(Duration.ofSeconds(2), Duration.ofMinutes(10), Duration.ofMinutes(2));

    public UpstreamTimeouts {
        if (!connect.isPositive() || !firstByte.isPositive() || !idle.isPositive()) {
            throw new IllegalArgumentException("upstream timeouts: expected positive durations, got %s, %s and %s"
                    .formatted(connect, firstByte, idle));
        }
    }

    /**
     * From there until both sides have proved who they are. It takes their processors and not only the network: where thousands connect at once, the
     * last waits for all of them.
     */
    public Duration handshake() {
        return connect.multipliedBy(HANDSHAKE);
    }
}
