package dev.windlass.server.proof;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SplittableRandom;

/** A client on a bare socket that asks for a stream and seldom behaves. */
final class RudeClient {
    /** How a client ends. */
    enum Manner {
        /** Reads all there is. */
        READS_ALL,
        /** Closes in the middle of the stream. */
        CLOSES,
        /** Resets the connection in the middle of the stream. */
        RESETS,
        /** Closes its sending side, as a client may that has nothing more to say, and reads on. */
        HALF_CLOSES,
        /** Reads so slowly that the stream backs up, and leaves. */
        READS_SLOWLY,
        /** Leaves before the first token. */
        CANCELS,
        /** Leaves in the middle of its request. */
        STOPS_ASKING
    }

    private static final int PATIENCE_MILLIS = 60_000;
    private static final byte[] END = "data: [DONE]".getBytes(StandardCharsets.US_ASCII);

    private final int port;
    private final SplittableRandom random;

    RudeClient(int port, long seed) {
        this.port = port;
        this.random = new SplittableRandom(seed);
    }

    /** @return whether a stream that was read to its end was whole; true for those that were left */
    boolean ask(Manner manner, String question) throws IOException, InterruptedException {
        try (var socket = new Socket()) {
            if (manner == Manner.READS_SLOWLY) {
                socket.setReceiveBufferSize(2048);
            }
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.connect(new InetSocketAddress("127.0.0.1", port), PATIENCE_MILLIS);
            byte[] request = request(manner, question);
            int sent = manner == Manner.STOPS_ASKING ? random.nextInt(1, request.length) : request.length;
            socket.getOutputStream().write(request, 0, sent);
            var in = socket.getInputStream();
            switch (manner) {
                case READS_ALL -> {
                    return endsWell(in);
                }
                case HALF_CLOSES -> {
                    socket.shutdownOutput();
                    return endsWell(in);
                }
                case CLOSES -> in.readNBytes(random.nextInt(1, 4000));
                case RESETS -> {
                    in.readNBytes(random.nextInt(1, 4000));
                    socket.setSoLinger(true, 0);
                }
                case READS_SLOWLY -> {
                    for (int i = 0; i < 20 && in.readNBytes(50).length == 50; i++) {
                        Thread.sleep(50);
                    }
                }
                case CANCELS -> Thread.sleep(random.nextInt(0, 20));
                case STOPS_ASKING -> {}
            }
            return true;
        }
    }

    private byte[] request(Manner manner, String question) throws IOException {
        int tokens = manner == Manner.READS_SLOWLY ? 800 : random.nextInt(8, 200);
        String body = DemoServer.body(
                question, Map.of("stream", true, "ignore_eos", true, "temperature", 1, "max_tokens", tokens));
        int length = body.getBytes(StandardCharsets.UTF_8).length;
        return ("POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: "
                        + length + "\r\n\r\n" + body)
                .getBytes(StandardCharsets.UTF_8);
    }

    private static boolean endsWell(InputStream in) throws IOException {
        try {
            byte[] all = in.readAllBytes();
            return new String(all, StandardCharsets.UTF_8).contains(new String(END, StandardCharsets.US_ASCII));
        } catch (SocketTimeoutException e) {
            return false;
        }
    }
}
