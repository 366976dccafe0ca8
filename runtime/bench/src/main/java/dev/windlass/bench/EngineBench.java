package dev.windlass.bench;

import dev.windlass.engine.Engine;
import dev.windlass.engine.EngineListener;
import dev.windlass.engine.Generation;
import dev.windlass.engine.GenerationEvent;
import dev.windlass.engine.GenerationRequest;
import dev.windlass.engine.GenerationRequest.Limits;
import dev.windlass.engine.sample.SamplingParameters;
import dev.windlass.model.CacheDirectory;
import dev.windlass.model.source.ModelSource;
import dev.windlass.model.weight.Quantization;
import dev.windlass.onnx.OnnxRuntime;
import dev.windlass.server.load.LoadListener;
import dev.windlass.server.load.ModelLoader;
import dev.windlass.server.load.ModelSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * The engine without a socket: tokens/s decoding so many sequences at once that each have a prompt behind them, and
 * tokens/s computing a prompt, as one line of JSON. Greedy, two threads, every request with a prompt of its own.
 *
 * <p>{@code EngineBench MODEL [QUANTIZATION]}
 */
public final class EngineBench {
    private static final int[] BATCHES = {1, 8, 16};
    private static final int CACHED = 256;
    private static final int CAPACITY = 1024;
    private static final int PROMPT = 512;
    private static final int STEPS = 32;
    private static final int PREFILLS = 5;
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final Engine engine;
    private final int vocabulary;
    private final RandomGenerator random =
            RandomGeneratorFactory.of("L64X128MixRandom").create(1);

    EngineBench(Engine engine, int vocabulary) {
        this.engine = engine;
        this.vocabulary = vocabulary;
    }

    public static void main(String[] arguments) throws Exception {
        var settings = new ModelSettings(
                ModelSource.parse("file://" + Path.of(arguments[0]).toAbsolutePath()),
                "bench",
                Set.of(),
                Quantization.parse(arguments.length > 1 ? arguments[1] : "int4"),
                CAPACITY,
                BATCHES[BATCHES.length - 1],
                0,
                2,
                64);
        var cache = CacheDirectory.standard(System.getenv(), Path.of(System.getProperty("user.home")));
        try (var runtime = OnnxRuntime.open();
                var model =
                        new ModelLoader(runtime, cache, _ -> EngineListener.NONE).load(settings, LoadListener.NONE)) {
            var bench = new EngineBench(
                    model.served().engine(), model.served().tokenizer().vocabularySize());
            bench.decode(2);
            var result = new StringBuilder("{");
            for (int batch : BATCHES) {
                result.append(String.format(Locale.ROOT, "\"decode %d\": %.2f, ", batch, bench.decode(batch)));
            }
            System.out.println(result.append(String.format(Locale.ROOT, "\"prefill\": %.2f}", bench.prefill())));
        }
    }

    /** From the last sequence's first token to the first sequence's last: all of them decode together. */
    double decode(int batch) throws InterruptedException {
        // Prompts are computed one after another, so the first sequences need tokens to spend until the last is ready.
        int tokens = STEPS + 4 * batch;
        List<Generation> running = new ArrayList<>();
        for (int i = 0; i < batch; i++) {
            // So that in the middle of what is measured there are as many behind each as the other contestants have.
            running.add(submit(CACHED - tokens / 2, tokens));
        }
        long[][] times = new long[batch][tokens];
        int[] counts = new int[batch];
        try (var readers = java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < batch; i++) {
                int row = i;
                readers.execute(() -> read(running.get(row), times[row], counts, row));
            }
        }
        long from = Arrays.stream(times).mapToLong(row -> row[0]).max().orElseThrow();
        long to = Arrays.stream(times).mapToLong(row -> row[tokens - 1]).min().orElseThrow();
        long together = Arrays.stream(times)
                .flatMapToLong(Arrays::stream)
                .filter(time -> time > from && time <= to)
                .count();
        return together / ((to - from) / 1e9);
    }

    private static void read(Generation generation, long[] times, int[] counts, int row) {
        try {
            while (counts[row] < times.length) {
                var events = generation.take(PATIENCE);
                long now = System.nanoTime();
                for (var event : events) {
                    switch (event) {
                        case GenerationEvent.Token _ -> times[counts[row]++] = now;
                        case GenerationEvent.Failed(var cause) -> throw cause;
                        case GenerationEvent.Finished _, GenerationEvent.PromptScored _ -> {}
                    }
                }
                if (events.isEmpty()) {
                    throw new IllegalStateException("no token within " + PATIENCE);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private double prefill() throws InterruptedException {
        double[] rates = new double[PREFILLS];
        for (int i = 0; i < PREFILLS; i++) {
            long start = System.nanoTime();
            long[] first = new long[1];
            read(submit(PROMPT, 1), first, new int[1], 0);
            rates[i] = PROMPT / ((first[0] - start) / 1e9);
        }
        Arrays.sort(rates);
        return rates[PREFILLS / 2];
    }

    private Generation submit(int prompt, int tokens) {
        int[] ids = random.ints(prompt, 300, vocabulary - 8).toArray();
        var limits = new Limits(tokens, 0, true, Set.of(), List.of(), false, true);
        return engine.submit(new GenerationRequest(
                "bench",
                ids,
                SamplingParameters.GREEDY,
                limits,
                OptionalInt.empty(),
                OptionalInt.empty(),
                null,
                0,
                PATIENCE));
    }
}
