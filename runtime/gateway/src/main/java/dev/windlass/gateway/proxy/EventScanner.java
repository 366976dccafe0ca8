package dev.windlass.gateway.proxy;

import dev.windlass.gateway.upstream.UpstreamException;
import java.util.Arrays;

/** Cuts a stream of bytes into server-sent events, by their blank lines and without looking inside. */
final class EventScanner {
    private static final int LONGEST = 1 << 20;

    private final Receiver receiver;
    private byte[] event = new byte[1024];
    private int length;
    private boolean lineIsEmpty = true;

    /** Gets every whole event. */
    @FunctionalInterface
    interface Receiver {
        /** @param event its bytes, with the blank line that ends it; overwritten afterwards */
        void event(byte[] event, int length) throws UpstreamException;
    }

    EventScanner(Receiver receiver) {
        this.receiver = receiver;
    }

    void scan(byte[] bytes, int offset, int count) throws UpstreamException {
        int begin = offset;
        int end = offset + count;
        for (int i = offset; i < end; i++) {
            byte octet = bytes[i];
            if (octet == '\n') {
                if (lineIsEmpty) {
                    append(bytes, begin, i + 1 - begin);
                    begin = i + 1;
                    receiver.event(event, length);
                    length = 0;
                }
                lineIsEmpty = true;
            } else if (octet != '\r') {
                lineIsEmpty = false;
            }
        }
        append(bytes, begin, end - begin);
    }

    /** Whether the bytes so far end with a whole event. */
    boolean isAtBoundary() {
        return length == 0;
    }

    private void append(byte[] bytes, int offset, int count) throws UpstreamException {
        if (length + count > event.length) {
            if (length + count > LONGEST) {
                throw new UpstreamException(
                        UpstreamException.Kind.Malformed,
                        "an event: expected at most %d bytes, got more".formatted(LONGEST),
                        null);
            }
            event = Arrays.copyOf(event, Math.max(length + count, 2 * event.length));
        }
        System.arraycopy(bytes, offset, event, length, count);
        length += count;
    }
}
