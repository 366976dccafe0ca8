package dev.windlass.server.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.windlass.engine.EngineSnapshot;
import dev.windlass.http.ClientConnections;
import dev.windlass.model.weight.Quantization;
import dev.windlass.onnx.OnnxRuntime;
import dev.windlass.server.LogCapture;
import dev.windlass.server.ServerOptions;
import dev.windlass.server.proof.RudeClient.Manner;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * Many streams at once, most of which are left in some rude way, and then nothing of them remains, and nothing of them
 * is in the log. It lasts ten seconds, or as many as the system property {@code windlass.soak.seconds} says.
 */
@EnabledOnOs(OS.LINUX)
class SoakTest {
    private static final int STREAMS = 64;
    private static final Duration LENGTH = Duration.ofSeconds(Long.getLong("windlass.soak.seconds", 10));
    private static final Duration WARM_UP = Duration.ofSeconds(4);
    private static final Duration SETTLING = Duration.ofSeconds(40);
    private static final long GROWTH_BYTES = 256L << 20;
    private static final ServerOptions OPTIONS = ServerOptions.DEFAULT.withPatience(
            new ClientConnections.Timeouts(Duration.ofSeconds(3), Duration.ofSeconds(3), Duration.ofSeconds(5)));

    private final AtomicLongArray done = new AtomicLongArray(Manner.values().length);
    private final Queue<String> broken = new ConcurrentLinkedQueue<>();

    /** What a process holds. */
    private record Held(int threads, int files, long residentBytes, long nativeObjects) {
        static Held now(DemoServer server) throws IOException {
            System.gc();
            try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
                return new Held(
                        ManagementFactory.getThreadMXBean().getThreadCount(),
                        (int) files.count(),
                        resident(),
                        server.model().liveHandles());
            }
        }

        private static long resident() throws IOException {
            for (var line : Files.readAllLines(Path.of("/proc/self/status"))) {
                if (line.startsWith("VmRSS:")) {
                    return Long.parseLong(line.replaceAll("\\D", "")) << 10;
                }
            }
            throw new IOException("/proc/self/status: expected a line VmRSS");
        }
    }

    @Test
    void holdsNothingOfClientsThatLeft() throws Exception {
        try (var log = new LogCapture();
                var server = new DemoServer(Quantization.AUTO, OPTIONS)) {
            soak(server, WARM_UP, 1);
            settle(server);
            Held before = Held.now(server);
            soak(server, LENGTH, 2);
            settle(server);
            await().atMost(SETTLING).untilAsserted(() -> {
                Held now = Held.now(server);
                assertThat(now.threads()).as("threads").isLessThanOrEqualTo(before.threads() + 4);
                assertThat(now.files()).as("open files").isLessThanOrEqualTo(before.files() + 2);
            });
            Held after = Held.now(server);
            System.out.printf("soak of %d s: %s, %s -> %s%n", LENGTH.toSeconds(), counts(), before, after);
            assertThat(broken)
                    .as("streams that were read to their end and were not whole")
                    .isEmpty();
            assertThat(after.residentBytes()).as("resident memory").isLessThan(before.residentBytes() + GROWTH_BYTES);
            // One binding for each range of slots, opened when first needed.
            int slots = server.model().engine().snapshot().slots();
            assertThat(after.nativeObjects()).as("native objects").isLessThan(100L + 6L * slots * slots);
            answersStill(server);
            assertThat(log.lines()).as("warnings").isEmpty();
        }
        try (var runtime = OnnxRuntime.open()) {
            assertThat(runtime.liveHandles())
                    .as("native objects after all is closed")
                    .isEqualTo(1);
        }
    }

    private static void answersStill(DemoServer server) throws IOException, InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            var question = DemoServer.questions().getFirst();
            assertThat(server.ask(client, question.question())).contains(question.answer());
        }
    }

    private void soak(DemoServer server, Duration length, long seed) throws Exception {
        var questions = DemoServer.questions();
        long end = System.nanoTime() + length.toNanos();
        var random = new SplittableRandom(seed);
        try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < STREAMS; i++) {
                var own = random.split();
                clients.execute(() -> {
                    while (System.nanoTime() < end) {
                        var manner = Manner.values()[own.nextInt(Manner.values().length)];
                        var question =
                                questions.get(own.nextInt(questions.size())).question();
                        ask(new RudeClient(server.port(), own.nextLong()), manner, question);
                    }
                });
            }
        }
    }

    private void ask(RudeClient client, Manner manner, String question) {
        try {
            if (!client.ask(manner, question)) {
                broken.add(manner + ": no end");
            }
            done.incrementAndGet(manner.ordinal());
        } catch (IOException e) {
            if (manner == Manner.READS_ALL || manner == Manner.HALF_CLOSES) {
                broken.add(manner + ": " + e);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void settle(DemoServer server) {
        await().atMost(SETTLING).untilAsserted(() -> {
            EngineSnapshot snapshot = server.model().engine().snapshot();
            assertThat(snapshot.running() + snapshot.waiting() + snapshot.paused())
                    .as("requests: %s", snapshot)
                    .isZero();
            assertThat(snapshot.kvUsage()).isZero();
        });
    }

    private String counts() {
        var text = new StringBuilder();
        for (var manner : Manner.values()) {
            text.append(manner).append(' ').append(done.get(manner.ordinal())).append(' ');
        }
        return text.toString().strip();
    }
}
