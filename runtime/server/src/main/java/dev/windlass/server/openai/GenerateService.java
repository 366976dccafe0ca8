package dev.windlass.server.openai;

import dev.windlass.http.Bodies;
import dev.windlass.http.Fields;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** {@code POST /generate}: a prompt in, its continuation out, nothing else to know. */
final class GenerateService {
    private static final int DEFAULT_MAXIMUM = 128;

    private final Bodies bodies;
    private final TermsReader reader;
    private final Delivery delivery;
    private final InstantSource clock;

    GenerateService(Bodies bodies, TermsReader reader, Delivery delivery, InstantSource clock) {
        this.bodies = bodies;
        this.reader = reader;
        this.delivery = delivery;
        this.clock = clock;
    }

    /** @param text what comes after the prompt */
    private record Generated(
            String text, String finishReason, @Nullable Object usage) {}

    void generate(ServerRequest request, ServerResponse response) {
        var body = bodies.read(request);
        var model = reader.model(body);
        var asked = reader.read(request, body, model, OptionalInt.empty());
        var terms = asked.withChoices(1, asked.ending().withMaximum(maximum(body)));
        var prompts = List.of(CompletionPrompts.readText(body, model.tokenizer()));
        var head = new CompletionHead(
                Ids.completion(),
                clock.instant().getEpochSecond(),
                terms,
                new TokenNames(model.tokenizer(), false),
                prompts,
                false,
                1,
                false);
        var requests = List.of(terms.request(head.id(), prompts.getFirst().tokens(), 0, DEFAULT_MAXIMUM, "prompt"));
        try (var generations = Generations.submit(request, model, requests)) {
            var answer = new CompletionAnswer(head);
            delivery.collect(generations, 1, answer);
            var completion = answer.body();
            var choice = completion.choices().getFirst();
            bodies.send(
                    request,
                    response,
                    new Generated(choice.text(), String.valueOf(choice.finishReason()), completion.usage()));
        }
    }

    private static OptionalInt maximum(Fields body) {
        var length = body.integer("max_length", 1, Integer.MAX_VALUE);
        return length.isPresent() ? length : body.integer("max_tokens", 1, Integer.MAX_VALUE);
    }
}
