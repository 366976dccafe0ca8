package dev.windlass.server;

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
import dev.windlass.server.registry.ModelRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A server with three tiny encoders, an embedder, a reranker and a classifier, loaded as {@code windlass serve} loads them. */
final class EncoderServer implements AutoCloseable {
    static final Path MODELS = Path.of("src/test/resources/encoders");

    final HttpCalls http;
    final ServerMetrics metrics = new ServerMetrics();
    private final OnnxRuntime runtime = OnnxRuntime.open();
    private final List<LoadedModel> loaded = new ArrayList<>();
    private final WindlassServer server;

    private EncoderServer(Path cache, Quantization quantization) throws IOException {
        var registry = new ModelRegistry();
        var loader =
                new ModelLoader(runtime, new CacheDirectory(cache), _ -> EngineListener.NONE, metrics::encoderListener);
        for (String name : List.of("embedder", "reranker", "classifier")) {
            var settings = new ModelSettings(
                    new ModelSource.Local(MODELS.resolve(name)), name, Set.of(), quantization, 0, 0, 0, 1, 64);
            loaded.add(loader.load(settings, LoadListener.NONE));
            metrics.observe(loaded.getLast().registered());
            registry.add(loaded.getLast().registered());
        }
        registry.ready();
        server = WindlassServer.start(TestServer.OPTIONS, registry, metrics);
        http = new HttpCalls(server.port());
    }

    static EncoderServer start(Path cache, Quantization quantization) {
        try {
            return new EncoderServer(cache, quantization);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        http.close();
        server.close();
        loaded.forEach(LoadedModel::close);
        metrics.close();
        runtime.close();
    }
}
