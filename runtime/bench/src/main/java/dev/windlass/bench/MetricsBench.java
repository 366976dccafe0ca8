package dev.windlass.bench;

import dev.windlass.engine.EngineListener;
import dev.windlass.model.CacheDirectory;
import dev.windlass.model.source.ModelSource;
import dev.windlass.model.weight.Quantization;
import dev.windlass.onnx.OnnxRuntime;
import dev.windlass.server.load.LoadListener;
import dev.windlass.server.load.LoadedModel;
import dev.windlass.server.load.ModelLoader;
import dev.windlass.server.load.ModelSettings;
import dev.windlass.server.metrics.ServerMetrics;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * What counting costs: tokens/s of 16 sequences that decode together, without metrics, and with all of them and somebody who reads them every
 * second, in turns. A small model shows it best: the less a step computes, the more there is to count.
 *
 * <p>{@code MetricsBench MODEL [ROUNDS]}
 */
public final class MetricsBench {
    private static final int STREAMS = 16;

    private MetricsBench() {}

    public static void main(String[] arguments) throws Exception {
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 15;
        var settings = new ModelSettings(
                ModelSource.parse("file://" + Path.of(arguments[0]).toAbsolutePath()),
                "bench",
                Set.of(),
                Quantization.AUTO,
                1024,
                STREAMS,
                0,
                2,
                64);
        var cache = CacheDirectory.standard(System.getenv(), Path.of(System.getProperty("user.home")));
        try (var runtime = OnnxRuntime.open();
                var metrics = new ServerMetrics();
                var reader = Executors.newSingleThreadScheduledExecutor();
                var quiet =
                        new ModelLoader(runtime, cache, _ -> EngineListener.NONE).load(settings, LoadListener.NONE);
                var counted = new ModelLoader(runtime, cache, metrics::listener, metrics::encoderListener)
                        .load(settings, LoadListener.NONE)) {
            double[] without = new double[rounds];
            double[] with = new double[rounds];
            decode(quiet);
            decode(counted);
            for (int round = 0; round < rounds; round++) {
                without[round] = decode(quiet);
                var reading = reader.scheduleAtFixedRate(() -> metrics.scrape(null), 0, 1, TimeUnit.SECONDS);
                with[round] = decode(counted);
                reading.cancel(false);
            }
            double bare = median(without);
            double full = median(with);
            System.out.printf(
                    "tokens/s of %d streams, medians of %d rounds: %.0f without metrics, %.0f with (%+.2f %%)%n",
                    STREAMS, rounds, bare, full, 100 * (full / bare - 1));
            System.out.printf("rounds, with / without: %s%n", Arrays.toString(ratios(with, without)));
        }
    }

    private static double decode(LoadedModel model) throws InterruptedException {
        return new EngineBench(
                        model.served().engine(), model.served().tokenizer().vocabularySize())
                .decode(STREAMS);
    }

    private static double[] ratios(double[] with, double[] without) {
        double[] ratios = new double[with.length];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = Math.round(1000 * with[i] / without[i]) / 1000.0;
        }
        Arrays.sort(ratios);
        return ratios;
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
