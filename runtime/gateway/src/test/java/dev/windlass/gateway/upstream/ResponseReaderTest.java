package dev.windlass.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.windlass.gateway.upstream.UpstreamException.Kind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseReaderTest {
    private static final String CHUNKED =
            "HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
                    + "Content-Type: text/plain\r\n\r\n5;a=b\r\nhello\r\n1\r\n \r\n5\r\nworld\r\n0\r\nx: y\r\n\r\n";
    private static final String LENGTH = "HTTP/1.1 503 \r\ncontent-length: 11\r\nretry-after: 2\r\n\r\nhello world";
    private static final String UNTIL_CLOSED = "HTTP/1.0 200 OK\n\nhello world";

    @ParameterizedTest
    @ValueSource(strings = {CHUNKED, LENGTH, UNTIL_CLOSED})
    void readsABodyHoweverItsBytesArrive(String response) throws Exception {
        var random = new Random(5);
        for (int round = 0; round < 100; round++) {
            var reader = reader(response, random, 1 + round % 7);
            reader.readHead(() -> {});
            assertThat(body(reader)).isEqualTo("hello world");
        }
    }

    @Test
    void readsTheHead() throws Exception {
        var reader = reader(LENGTH, new Random(1), 100);
        var head = reader.readHead(() -> {});
        assertThat(head.status()).isEqualTo(503);
        assertThat(head.first("retry-after")).contains("2");
        assertThat(reader.bodyLength()).isEqualTo(11);
    }

    @Test
    void isReusableOnlyAfterAnEndThatWasSaid() throws Exception {
        var chunked = reader(CHUNKED, new Random(1), 100);
        chunked.readHead(() -> {});
        assertThat(chunked.isReusable()).isFalse();
        body(chunked);
        assertThat(chunked.isReusable()).isTrue();
        var closed = reader(UNTIL_CLOSED, new Random(1), 100);
        closed.readHead(() -> {});
        body(closed);
        assertThat(closed.isReusable()).isFalse();
        assertThat(closed.endedAsSaid()).isFalse();
        var more = reader(LENGTH + "more", new Random(1), 1_000);
        more.readHead(() -> {});
        body(more);
        assertThat(more.isReusable()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 20, 60, 110, 130, 139})
    void aResponseThatStopsShortIsLost(int length) {
        var reader = reader(CHUNKED.substring(0, length), new Random(2), 9);
        assertThatThrownBy(() -> {
                    reader.readHead(() -> {});
                    body(reader);
                })
                .isInstanceOfSatisfying(
                        UpstreamException.class, e -> assertThat(e.kind()).isEqualTo(Kind.Lost));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SSH-2.0-x\r\n\r\n",
                "HTTP/1.1 abc\r\n\r\n",
                "HTTP/1.1 200 OK\r\nno header\r\n\r\n",
                "HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n",
                "HTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\n",
                "HTTP/1.1 200 OK\r\ntransfer-encoding: gzip\r\n\r\n",
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nabc\r\n"
            })
    void whatIsNoHttpIsMalformed(String response) {
        var reader = reader(response, new Random(3), 50);
        assertThatThrownBy(() -> {
                    reader.readHead(() -> {});
                    body(reader);
                })
                .isInstanceOfSatisfying(
                        UpstreamException.class, e -> assertThat(e.kind()).isEqualTo(Kind.Malformed));
    }

    @Test
    void endlessLinesAndHeadersAreRefused() {
        for (String response :
                new String[] {"HTTP/1.1 200 " + "x".repeat(100_000), "HTTP/1.1 200 OK\r\n" + "a: b\r\n".repeat(10_000)
                }) {
            var reader = reader(response, new Random(4), 5_000);
            assertThatThrownBy(() -> reader.readHead(() -> {}))
                    .isInstanceOfSatisfying(
                            UpstreamException.class, e -> assertThat(e.kind()).isEqualTo(Kind.Malformed));
        }
    }

    @Test
    void aBodyThatEndsWithTheConnectionProvesNothingWhereThatMustBeProved() throws Exception {
        var bytes = new ByteArrayInputStream("HTTP/1.1 200 OK\r\n\r\nall?".getBytes(StandardCharsets.US_ASCII));
        var reader = new ResponseReader(bytes::read, true);
        reader.expectResponse();
        reader.readHead(() -> {});

        assertThatThrownBy(() -> body(reader)).hasMessageContaining("ended before the response did");
    }

    private static String body(ResponseReader reader) throws UpstreamException {
        var body = new ByteArrayOutputStream();
        for (int count = reader.next(); count >= 0; count = reader.next()) {
            body.write(reader.buffer(), reader.offset(), count);
        }
        return body.toString(StandardCharsets.US_ASCII);
    }

    private static ResponseReader reader(String response, Random random, int most) {
        var bytes = new ByteArrayInputStream(response.getBytes(StandardCharsets.US_ASCII));
        return new ResponseReader(
                (buffer, offset, length) -> bytes.read(buffer, offset, Math.min(length, 1 + random.nextInt(most))),
                false);
    }
}
