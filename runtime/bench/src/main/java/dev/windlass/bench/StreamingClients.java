package dev.windlass.bench;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Clients that each ask for one stream at the same moment and read it to its end, with as little work of their own as there can be. */
record StreamingClients(int count, int tokens) {
    private static final String END = "data: [DONE]\n\n";

    /** @return tokens/s of all together */
    double run(int port, int round) throws InterruptedException, ExecutionException {
        long begin = System.nanoTime();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                String prompt = "Client %d of round %d counts.".formatted(i, round);
                running.add(threads.submit(() -> {
                    stream(port, prompt);
                    return null;
                }));
            }
            for (var one : running) {
                one.get();
            }
        }
        return count * (double) tokens / ((System.nanoTime() - begin) / 1e9);
    }

    private void stream(int port, String prompt) throws IOException {
        String body =
                "{\"model\":\"bench\",\"stream\":true,\"ignore_eos\":true,\"temperature\":0,\"max_tokens\":%d,\"prompt\":\"%s\"}"
                        .formatted(tokens, prompt);
        String request =
                "POST /v1/completions HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s"
                        .formatted(body.length(), body);
        try (var socket = new Socket("127.0.0.1", port)) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            var buffer = new byte[16 * 1024];
            String tail = "";
            while (!tail.contains(END)) {
                int read = socket.getInputStream().read(buffer);
                if (read < 0) {
                    throw new IOException("a stream broke: " + tail);
                }
                String text = tail + new String(buffer, 0, read, StandardCharsets.ISO_8859_1);
                tail = text.substring(Math.max(0, text.length() - 2 * END.length()));
            }
        }
    }
}
