package dev.windlass.gateway.upstream;

import dev.windlass.gateway.upstream.ResponseHead.Header;
import dev.windlass.gateway.upstream.UpstreamException.Kind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads HTTP/1.1 responses (RFC 9112) off a connection, bodies in pieces of its own buffer. */
final class ResponseReader {
    private static final int BUFFER = 8 * 1024;
    private static final int LONGEST_LINE = 16 * 1024;
    private static final int MOST_HEADERS = 200;
    private static final Runnable NOTHING = () -> {};

    private final Source source;
    private final boolean isSecure;
    private final byte[] buffer = new byte[BUFFER];
    private int position;
    private int limit;
    private int offset;
    private Framing framing = Framing.None;
    private long left;
    private long length;
    private boolean chunkOpen;
    private boolean keepAlive;
    private boolean ended;
    private boolean answered;
    private Runnable beforeWaiting = NOTHING;

    /** How a body ends. */
    private enum Framing {
        None,
        Length,
        Chunked,
        UntilClosed
    }

    /** Where bytes come from: as {@code InputStream.read}. */
    @FunctionalInterface
    interface Source {
        int read(byte[] buffer, int offset, int length) throws UpstreamException;
    }

    /** @param isSecure whether nobody on the way must be able to end a body: where a connection ends shows by the JDK's TLS not who ended it */
    ResponseReader(Source source, boolean isSecure) {
        this.source = source;
        this.isSecure = isSecure;
    }

    /** A request leaves, so that what follows is its response. */
    void expectResponse() {
        answered = false;
        ended = false;
        chunkOpen = false;
    }

    ResponseHead readHead(Runnable waiting) throws UpstreamException {
        beforeWaiting = waiting;
        while (true) {
            String line = readLine();
            int status = status(line);
            List<Header> headers = readHeaders();
            if (status >= 200) {
                var head = new ResponseHead(status, headers);
                frame(head, line.startsWith("HTTP/1.1"));
                return head;
            }
        }
    }

    private static int status(String line) throws UpstreamException {
        if (line.startsWith("HTTP/1.") && line.length() >= 12 && line.charAt(8) == ' ') {
            try {
                int status = Integer.parseInt(line, 9, 12, 10);
                if (status >= 100) {
                    return status;
                }
            } catch (NumberFormatException e) {
                throw malformed("a status line with a number", line, e);
            }
        }
        throw malformed("a status line", line, null);
    }

    private List<Header> readHeaders() throws UpstreamException {
        List<Header> headers = new ArrayList<>();
        for (String line = readLine(); !line.isEmpty(); line = readLine()) {
            int colon = line.indexOf(':');
            if (colon <= 0 || headers.size() == MOST_HEADERS) {
                throw malformed("at most %d headers, each with a name".formatted(MOST_HEADERS), line, null);
            }
            headers.add(new Header(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip()));
        }
        return headers;
    }

    private void frame(ResponseHead head, boolean persistent) throws UpstreamException {
        keepAlive = persistent
                && head.first("connection")
                        .filter(value -> value.toLowerCase(Locale.ROOT).contains("close"))
                        .isEmpty();
        length = -1;
        left = 0;
        if (head.status() == 204 || head.status() == 304) {
            framing = Framing.None;
            ended = true;
        } else if (head.first("transfer-encoding").isPresent()) {
            String coding = head.first("transfer-encoding").orElseThrow();
            if (!coding.equalsIgnoreCase("chunked")) {
                throw malformed("transfer-encoding chunked", coding, null);
            }
            framing = Framing.Chunked;
        } else if (head.first("content-length").isPresent()) {
            framing = Framing.Length;
            length = number(head.first("content-length").orElseThrow(), 10);
            left = length;
        } else {
            framing = Framing.UntilClosed;
            keepAlive = false;
        }
    }

    int next() throws UpstreamException {
        if (framing == Framing.Chunked && left == 0) {
            openChunk();
        }
        if (framing == Framing.None || (framing == Framing.Length && left == 0)) {
            ended = true;
            return -1;
        }
        if (position == limit && !fill()) {
            if (framing == Framing.UntilClosed && !isSecure) {
                framing = Framing.None;
                return -1;
            }
            throw truncated();
        }
        int count = limit - position;
        if (framing != Framing.UntilClosed) {
            count = (int) Math.min(count, left);
            left -= count;
        }
        offset = position;
        position += count;
        return count;
    }

    private void openChunk() throws UpstreamException {
        if (chunkOpen && !readLine().isEmpty()) {
            throw malformed("the end of a chunk", "more of it", null);
        }
        String line = readLine();
        int extension = line.indexOf(';');
        left = number((extension < 0 ? line : line.substring(0, extension)).strip(), 16);
        chunkOpen = true;
        if (left == 0) {
            readHeaders();
            framing = Framing.None;
        }
    }

    private static long number(String digits, int radix) throws UpstreamException {
        try {
            long value = Long.parseLong(digits, radix);
            if (value >= 0) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw malformed("a length", digits, e);
        }
        throw malformed("a length", digits, null);
    }

    private String readLine() throws UpstreamException {
        var line = new StringBuilder(64);
        while (true) {
            if (position == limit && !fill()) {
                throw truncated();
            }
            int begin = position;
            while (position < limit && buffer[position] != '\n') {
                position++;
            }
            line.append(new String(buffer, begin, position - begin, StandardCharsets.ISO_8859_1));
            if (line.length() > LONGEST_LINE) {
                throw malformed("a line of at most %d characters".formatted(LONGEST_LINE), line.substring(0, 80), null);
            }
            if (position < limit) {
                position++;
                int end = line.length();
                return end > 0 && line.charAt(end - 1) == '\r' ? line.substring(0, end - 1) : line.toString();
            }
        }
    }

    private boolean fill() throws UpstreamException {
        beforeWaiting.run();
        int count = source.read(buffer, 0, buffer.length);
        if (count <= 0) {
            return false;
        }
        answered = true;
        position = 0;
        limit = count;
        return true;
    }

    private UpstreamException truncated() {
        return new UpstreamException(
                Kind.Lost,
                answered ? "the connection ended before the response did" : "the connection ended without a response",
                null);
    }

    private static UpstreamException malformed(String expected, String found, @Nullable Throwable cause) {
        return new UpstreamException(
                Kind.Malformed, "the response: expected %s, got \"%s\"".formatted(expected, found), cause);
    }

    byte[] buffer() {
        return buffer;
    }

    int offset() {
        return offset;
    }

    long bodyLength() {
        return length;
    }

    boolean endedAsSaid() {
        return ended;
    }

    boolean hasAnswered() {
        return answered;
    }

    /** Bytes that nobody asked for would be taken for the next response. */
    boolean isReusable() {
        return keepAlive && ended && position == limit;
    }
}
