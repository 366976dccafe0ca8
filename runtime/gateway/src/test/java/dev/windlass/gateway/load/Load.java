package dev.windlass.gateway.load;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Measures what a gateway costs: the same streams straight from a runtime and through the gateway, in turns, so that
 * whatever else the machine does meets both. Then opens very many streams and looks at the gateway's memory.
 */
final class Load {
    private static final int ROUNDS = 3;
    private static final byte[] FIRST_TOKEN = ascii("\"t0 ");
    private static final byte[] CHUNKED = ascii("chunked");
    private static final byte[] LAST_CHUNK = ascii("0\r\n\r\n");
    private static final byte[] LAST_EVENT = ascii("NE]\n\n");

    private Load() {}

    /** One stream as its client saw it: the time to its first token and to its end, in nanoseconds. */
    private record Stream(long first, long whole) {}

    /** Who is asked for what. */
    private record Plan(
            int port, int streams, int requests, int firstMillis, int betweenMillis, int tokens, Arrivals arrivals) {
        /** What a stream takes by the runtime's schedule. */
        Duration scheduled() {
            return Duration.ofMillis(firstMillis + (tokens - 1L) * betweenMillis);
        }

        /** When a client begins: clients know nothing of each other, unless all of them are to come in the same moment. */
        Duration pause(int client) {
            return arrivals == Arrivals.Together
                    ? Duration.ZERO
                    : scheduled().multipliedBy(client).dividedBy(streams);
        }
    }

    /** Whether clients come evenly over the time of one stream, or all in one moment and so stay. */
    private enum Arrivals {
        Spread,
        Together
    }

    /** @param arguments the runtime's port, the gateway's port, the gateway's process id, how many streams at last */
    public static void main(String[] arguments) throws Exception {
        int direct = Integer.parseInt(arguments[0]);
        int gateway = Integer.parseInt(arguments[1]);
        // As long as compilers of the three processes have work to do, they are what is measured.
        for (int port : new int[] {direct, gateway}) {
            run(new Plan(port, 256, 30, 20, 20, 25, Arrivals.Spread));
        }
        System.out.printf(
                "%8s %10s %12s %12s %12s %12s%n", "streams", "", "TTFT p50 ms", "p99 ms", "tokens/s", "of schedule");
        for (int streams : new int[] {1, 16, 256}) {
            Duration before = processorTime(arguments[2]);
            int tokens = compare(direct, gateway, streams, Arrivals.Spread);
            System.out.printf(
                    "%8d %10s %12.1f us of processor time a token%n",
                    streams,
                    "gateway",
                    processorTime(arguments[2]).minus(before).toNanos() / 1e3 / tokens);
        }
        System.out.println("all in the same moment, and so every token of all:");
        compare(direct, gateway, 256, Arrivals.Together);
        int many = Integer.parseInt(arguments[3]);
        if (many > 0) {
            openMany(gateway, many, Path.of("/proc", arguments[2], "status"));
        }
    }

    private static Duration processorTime(String process) {
        return ProcessHandle.of(Long.parseLong(process))
                .flatMap(handle -> handle.info().totalCpuDuration())
                .orElseThrow();
    }

    /** @return the tokens that went through the gateway */
    private static int compare(int direct, int gateway, int streams, Arrivals arrivals) throws Exception {
        var straight = new Side(direct, arrivals);
        var through = new Side(gateway, arrivals);
        for (int round = 0; round < ROUNDS; round++) {
            straight.run(streams);
            through.run(streams);
        }
        straight.print(streams, "direct");
        through.print(streams, "gateway");
        System.out.printf(
                "%8d %10s %12.3f %12.3f %11.1f%%%n",
                streams,
                "added",
                through.first(0.5) - straight.first(0.5),
                through.first(0.99) - straight.first(0.99),
                100 * (through.rate() / straight.rate() - 1));
        return through.streams.size() * Side.TOKENS;
    }

    /** All rounds of one of both. */
    private static final class Side {
        private static final int TOKENS = 25;
        private final int port;
        private final Arrivals arrivals;
        private final List<Stream> streams = new ArrayList<>();
        private int clients;

        Side(int port, Arrivals arrivals) {
            this.port = port;
            this.arrivals = arrivals;
        }

        void run(int count) throws Exception {
            clients = count;
            streams.addAll(Load.run(new Plan(port, count, count == 1 ? 10 : 5, 20, 20, TOKENS, arrivals)));
        }

        double first(double quantile) {
            long[] sorted = streams.stream().mapToLong(Stream::first).sorted().toArray();
            return sorted[(int) Math.min(sorted.length - 1, sorted.length * quantile)] / 1e6;
        }

        /** Of all clients while all of them are there, whenever they began and ended. */
        double rate() {
            return clients
                    * TOKENS
                    / (streams.stream().mapToLong(Stream::whole).average().orElseThrow() / 1e9);
        }

        void print(int count, String name) {
            double scheduled = count * TOKENS / (0.02 + (TOKENS - 1) * 0.02);
            System.out.printf(
                    "%8d %10s %12.3f %12.3f %12.0f %11.1f%%%n",
                    count, name, first(0.5), first(0.99), rate(), 100 * rate() / scheduled);
        }
    }

    private static void openMany(int port, int count, Path status) throws Exception {
        long begin = System.nanoTime();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<List<Stream>>> all = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                all.add(threads.submit(() -> stream(new Plan(port, 1, 1, 20, 200, 75, Arrivals.Together), 0)));
            }
            Thread.sleep(Duration.ofSeconds(10));
            String memory = memory(status);
            int broken = 0;
            for (var one : all) {
                try {
                    one.get();
                } catch (ExecutionException e) {
                    broken++;
                }
            }
            System.out.printf(
                    "%d streams open at once, 5 tokens a second each: %d broken, %.1f s for 14.8 s of schedule, %s%n",
                    count, broken, (System.nanoTime() - begin) / 1e9, memory);
        }
    }

    private static String memory(Path status) throws IOException {
        try (var lines = Files.lines(status)) {
            return String.join(
                    ", ",
                    lines.filter(line -> line.startsWith("VmRSS") || line.startsWith("VmHWM"))
                            .map(line -> line.replaceAll("\\s+", " "))
                            .toList());
        }
    }

    private static List<Stream> run(Plan plan) throws InterruptedException, ExecutionException {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<List<Stream>>> running = new ArrayList<>();
            for (int i = 0; i < plan.streams(); i++) {
                int client = i;
                running.add(threads.submit(() -> stream(plan, client)));
            }
            List<Stream> streams = new ArrayList<>();
            for (var one : running) {
                streams.addAll(one.get());
            }
            return streams;
        }
    }

    /** One client: a connection, and request after request on it. */
    private static List<Stream> stream(Plan plan, int client) throws IOException, InterruptedException {
        String body = "{\"model\":\"m\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"Tell me.\"}]}";
        byte[] request =
                ("POST /v1/chat/completions HTTP/1.1\r\nhost: load\r\nauthorization: Bearer load\r\ncontent-type: application/json\r\n"
                                + "x-first-ms: %d\r\nx-between-ms: %d\r\nx-tokens: %d\r\ncontent-length: %d\r\n\r\n%s")
                        .formatted(plan.firstMillis(), plan.betweenMillis(), plan.tokens(), body.length(), body)
                        .getBytes(StandardCharsets.US_ASCII);
        Thread.sleep(plan.pause(client));
        try (var socket = new Socket("127.0.0.1", plan.port())) {
            socket.setTcpNoDelay(true);
            List<Stream> streams = new ArrayList<>();
            for (int i = 0; i < plan.requests(); i++) {
                long begin = System.nanoTime();
                socket.getOutputStream().write(request);
                streams.add(read(socket.getInputStream(), begin));
            }
            return streams;
        }
    }

    private static Stream read(InputStream in, long begin) throws IOException {
        var buffer = new byte[16 * 1024];
        var last = new byte[5];
        long first = 0;
        // A stream that is all there at once gets a length.
        byte[] end = null;
        while (true) {
            int count = in.read(buffer);
            if (count < 0) {
                throw new IOException("the stream broke");
            }
            if (end == null) {
                end = contains(buffer, count, CHUNKED) ? LAST_CHUNK : LAST_EVENT;
            }
            if (first == 0 && contains(buffer, count, FIRST_TOKEN)) {
                first = System.nanoTime() - begin;
            }
            for (int i = Math.max(0, count - last.length); i < count; i++) {
                System.arraycopy(last, 1, last, 0, last.length - 1);
                last[last.length - 1] = buffer[i];
            }
            if (Arrays.equals(last, end)) {
                return new Stream(first, System.nanoTime() - begin);
            }
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static boolean contains(byte[] buffer, int count, byte[] wanted) {
        for (int i = 0; i + wanted.length <= count; i++) {
            if (Arrays.equals(buffer, i, i + wanted.length, wanted, 0, wanted.length)) {
                return true;
            }
        }
        return false;
    }
}
