package dev.windlass.server.encode;

import dev.windlass.http.Bodies;
import dev.windlass.http.Routes;
import dev.windlass.server.registry.ModelRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.BooleanSupplier;

/** All routes of models that encode. */
public final class EncoderApi {
    private final EmbeddingService embeddings;
    private final RerankService rankings;
    private final ClassifyService classes;

    /**
     * @param longest the most time a request may take
     * @param isCut whether the server cannot wait any longer for what runs
     */
    public EncoderApi(
            ModelRegistry registry, Bodies bodies, Duration longest, BooleanSupplier isCut, InstantSource clock) {
        var reader = new EncoderReader(registry, longest, isCut);
        this.embeddings = new EmbeddingService(bodies, reader);
        this.rankings = new RerankService(bodies, reader);
        this.classes = new ClassifyService(bodies, reader, clock);
    }

    public void register(Routes routes) {
        routes.post("/v1/embeddings", embeddings::embed);
        routes.post("/v1/rerank", rankings::rank);
        routes.post("/rerank", rankings::rank);
        routes.post("/v1/classify", classes::classify);
        routes.post("/classify", classes::classify);
    }
}
