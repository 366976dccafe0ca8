package dev.windlass.server.encode;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import dev.windlass.engine.run.EncoderText;
import dev.windlass.http.Bodies;
import dev.windlass.http.Fields;
import dev.windlass.server.registry.EncoderPurpose.Rerank;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** {@code POST /v1/rerank} as Jina and Cohere have it and vLLM serves it: documents by how well they answer a query. */
final class RerankService {
    private final Bodies bodies;
    private final EncoderReader reader;

    RerankService(Bodies bodies, EncoderReader reader) {
        this.bodies = bodies;
        this.reader = reader;
    }

    private record Ranking(String id, String model, EncoderUsage usage, List<Ranked> results) {}

    private record Ranked(
            int index,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Document document,

            float relevanceScore) {}

    private record Document(String text) {}

    void rank(ServerRequest request, ServerResponse response) {
        var body = bodies.read(request);
        var job = reader.read(request, body, Rerank.class);
        String query = text(body.value("query").orElseThrow(() -> body.missing("query")), "query");
        List<String> documents = documents(body);
        // vLLM takes 0 for no bound.
        int most = body.integer("top_n", 0, Integer.MAX_VALUE).orElse(0);
        boolean withText = body.flag("return_documents", true);
        List<EncoderText> pairs = new ArrayList<>(documents.size());
        for (int i = 0; i < documents.size(); i++) {
            pairs.add(job.inputs().text(query, documents.get(i), "documents[" + i + "]"));
        }
        float[][] rows = job.waiting().run(job.encoder().engine(), pairs);
        List<Ranked> results = new ArrayList<>(rows.length);
        for (int i = 0; i < rows.length; i++) {
            results.add(new Ranked(
                    i,
                    withText ? new Document(documents.get(i)) : null,
                    job.purpose().bounded() ? Vectors.sigmoid(rows[i][0]) : rows[i][0]));
        }
        results.sort(Comparator.comparingDouble((Ranked ranked) -> -ranked.relevanceScore()));
        bodies.send(
                request,
                response,
                new Ranking(
                        "rerank-" + UUID.randomUUID().toString().replace("-", ""),
                        job.asked(),
                        EncoderUsage.of(pairs),
                        most == 0 || most >= results.size() ? results : results.subList(0, most)));
    }

    private static List<String> documents(Fields body) {
        var array = body.array("documents").orElseThrow(() -> body.missing("documents"));
        EncoderInputs.requireSome(array, "documents");
        List<String> texts = new ArrayList<>(array.size());
        for (int i = 0; i < array.size(); i++) {
            texts.add(text(array.get(i), "documents[" + i + "]"));
        }
        return texts;
    }

    /** A string, or an object that has it as its text. */
    private static String text(JsonNode value, String name) {
        return value.isObject() ? Fields.object(value, name).requiredText("text") : Fields.text(value, name);
    }
}
