package dev.windlass.bench;

import com.sun.net.httpserver.HttpServer;
import dev.windlass.model.CacheDirectory;
import dev.windlass.model.source.ModelSource;
import dev.windlass.model.weight.Quantization;
import dev.windlass.onnx.OnnxRuntime;
import dev.windlass.server.ServerOptions;
import dev.windlass.server.WindlassServer;
import dev.windlass.server.load.LoadListener;
import dev.windlass.server.load.ModelLoader;
import dev.windlass.server.load.ModelSettings;
import dev.windlass.server.metrics.ServerMetrics;
import dev.windlass.server.registry.ModelRegistry;
import dev.windlass.tracing.Tracing;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.LogManager;

/**
 * What being watched costs: tokens/s of 16 streams over HTTP from one engine, unwatched, and with all metrics, somebody who reads them every
 * second, and a trace of every request that is sent to a collector, in turns. The bound is on pairs of neighbours, since machines change
 * their pace over minutes by more than there is to see.
 *
 * <p>{@code MetricsBench MODEL [PAIRS [TOKENS]]}
 */
public final class MetricsBench {
    private static final int STREAMS = 16;

    private MetricsBench() {}

    public static void main(String[] arguments) throws Exception {
        int pairs = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 15;
        int tokens = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 128;
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
        LogManager.getLogManager().reset();
        var spans = new AtomicInteger();
        var collector = collector(spans);
        var traces = Map.of(
                "OTEL_EXPORTER_OTLP_ENDPOINT",
                "http://127.0.0.1:" + collector.getAddress().getPort(),
                "OTEL_TRACES_SAMPLER_ARG",
                "1.0");
        try (var runtime = OnnxRuntime.open();
                var metrics = new ServerMetrics();
                var unread = new ServerMetrics();
                var tracing = Tracing.start("bench", traces).orElseThrow();
                var reader = Executors.newSingleThreadScheduledExecutor()) {
            var listener = new SwitchedListener(metrics.listener("bench"));
            try (var model = new ModelLoader(runtime, cache, _ -> listener).load(settings, LoadListener.NONE)) {
                metrics.observe(model.registered());
                var options = ServerOptions.DEFAULT.withAddress("127.0.0.1", 0);
                var registry = ModelRegistry.of(model.registered());
                try (var plain = WindlassServer.start(options, registry, unread);
                        var watched = WindlassServer.start(options, registry, metrics, List.of(tracing.filter()))) {
                    var clients = new StreamingClients(STREAMS, tokens);
                    double[] without = new double[pairs];
                    double[] with = new double[pairs];
                    for (int pair = -1; pair < pairs; pair++) {
                        for (int turn = 0; turn < 2; turn++) {
                            boolean isWatched = (pair + turn) % 2 == 0;
                            listener.turn(isWatched);
                            var reading = isWatched
                                    ? reader.scheduleAtFixedRate(() -> metrics.scrape(null), 0, 1, TimeUnit.SECONDS)
                                    : null;
                            double rate = clients.run(isWatched ? watched.port() : plain.port(), pair);
                            if (reading != null) {
                                reading.cancel(false);
                            }
                            // The first pair warms up.
                            if (pair >= 0) {
                                (isWatched ? with : without)[pair] = rate;
                            }
                        }
                    }
                    report(without, with);
                }
            }
        } finally {
            collector.stop(0);
        }
        System.out.printf("batches of spans that the collector got: %d%n", spans.get());
    }

    /** Takes what is sent and forgets it. */
    private static HttpServer collector(AtomicInteger received) throws IOException {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            received.incrementAndGet();
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
        return server;
    }

    private static void report(double[] without, double[] with) {
        double[] percent = new double[with.length];
        for (int i = 0; i < percent.length; i++) {
            percent[i] = 100 * (with[i] / without[i] - 1);
        }
        Arrays.sort(percent);
        System.out.printf(
                "tokens/s of %d streams, medians of %d pairs: %.1f unwatched, %.1f watched%n",
                STREAMS, percent.length, median(without), median(with));
        System.out.printf(
                "watched against unwatched, of each pair: median %+.2f %%, middle half %+.2f to %+.2f %%, all %+.2f to %+.2f %%%n",
                median(percent),
                percent[percent.length / 4],
                percent[percent.length - 1 - percent.length / 4],
                percent[0],
                percent[percent.length - 1]);
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
