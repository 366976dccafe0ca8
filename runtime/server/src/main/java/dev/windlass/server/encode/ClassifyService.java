package dev.windlass.server.encode;

import dev.windlass.http.Bodies;
import dev.windlass.server.registry.EncoderPurpose.Classify;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** vLLM's {@code POST /v1/classify}, which also names all labels. */
final class ClassifyService {
    private final Bodies bodies;
    private final EncoderReader reader;
    private final InstantSource clock;

    ClassifyService(Bodies bodies, EncoderReader reader, InstantSource clock) {
        this.bodies = bodies;
        this.reader = reader;
        this.clock = clock;
    }

    private record Classes(
            String id,
            String object,
            long created,
            String model,
            List<String> labels,
            List<Classified> data,
            EncoderUsage usage) {}

    private record Classified(int index, String label, float[] probs, int numClasses) {}

    void classify(ServerRequest request, ServerResponse response) {
        var body = bodies.read(request);
        var job = reader.read(request, body, Classify.class);
        var classifier = new TextClassifier(job.encoder());
        var texts = job.inputs().read(body, "input");
        List<Classified> data = new ArrayList<>(texts.size());
        for (var verdict : classifier.classify(texts, job.waiting())) {
            data.add(new Classified(
                    data.size(), verdict.label(), verdict.probabilities(), verdict.probabilities().length));
        }
        bodies.send(
                request,
                response,
                new Classes(
                        "classify-" + UUID.randomUUID().toString().replace("-", ""),
                        "list",
                        clock.instant().getEpochSecond(),
                        job.asked(),
                        classifier.labels(),
                        data,
                        EncoderUsage.of(texts)));
    }
}
