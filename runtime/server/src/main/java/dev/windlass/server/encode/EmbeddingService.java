package dev.windlass.server.encode;

import dev.windlass.http.ApiException;
import dev.windlass.http.Bodies;
import dev.windlass.http.Fields;
import dev.windlass.server.registry.EncoderPurpose.Embed;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.ArrayList;
import java.util.List;

/** OpenAI's {@code POST /v1/embeddings}, with vLLM's extras. */
final class EmbeddingService {
    private final Bodies bodies;
    private final EncoderReader reader;

    EmbeddingService(Bodies bodies, EncoderReader reader) {
        this.bodies = bodies;
        this.reader = reader;
    }

    private record EmbeddingList(String object, List<Embedding> data, String model, EncoderUsage usage) {}

    /** @param embedding numbers, or text that packs them */
    private record Embedding(String object, int index, Object embedding) {}

    void embed(ServerRequest request, ServerResponse response) {
        var body = bodies.read(request);
        var job = reader.read(request, body, Embed.class);
        int width = job.purpose().width();
        int dimensions = body.integer("dimensions", 1, width).orElse(width);
        boolean normalized = body.flag("normalize", job.purpose().normalized());
        boolean packed = isPacked(body);
        var texts = job.inputs().read(body, "input");
        float[][] rows = job.waiting().run(job.encoder().engine(), texts);
        List<Embedding> data = new ArrayList<>(rows.length);
        for (int i = 0; i < rows.length; i++) {
            float[] vector = Vectors.embedding(rows[i], dimensions, normalized);
            data.add(new Embedding("embedding", i, packed ? Vectors.base64(vector) : vector));
        }
        bodies.send(request, response, new EmbeddingList("list", data, job.asked(), EncoderUsage.of(texts)));
    }

    private static boolean isPacked(Fields body) {
        return switch (body.text("encoding_format").orElse("float")) {
            case "float" -> false;
            case "base64" -> true;
            default ->
                throw ApiException.badValue(
                        "encoding_format", "Invalid 'encoding_format': expected 'float' or 'base64'.");
        };
    }
}
