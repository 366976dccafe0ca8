package dev.windlass.server.openai;

import dev.windlass.engine.GenerationRequest;
import dev.windlass.http.ApiException;
import dev.windlass.http.Bodies;
import dev.windlass.http.EventStream;
import dev.windlass.http.Fields;
import dev.windlass.server.openai.GenerationTerms.Scoring;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** {@code POST /v1/completions}: prompts as they are, without a template. */
final class CompletionService {
    private static final int MOST_LOGPROBS = 20;
    private static final int MOST_BEST_OF = 20;
    private static final int MOST_SEQUENCES = 1024;
    /** OpenAI's default, which vLLM keeps too. */
    private static final int DEFAULT_MAXIMUM = 16;

    private final Bodies bodies;
    private final TermsReader reader;
    private final Delivery delivery;
    private final InstantSource clock;

    CompletionService(Bodies bodies, TermsReader reader, Delivery delivery, InstantSource clock) {
        this.bodies = bodies;
        this.reader = reader;
        this.delivery = delivery;
        this.clock = clock;
    }

    void complete(ServerRequest request, ServerResponse response) {
        var head = head(request, bodies.read(request));
        var terms = head.terms();
        try (var generations = Generations.submit(request, terms.model(), requests(head))) {
            if (terms.streaming().stream()) {
                stream(request, response, head, generations);
            } else {
                var answer = new CompletionAnswer(head);
                delivery.collect(generations, head.sequences(), answer);
                bodies.send(request, response, answer.body());
            }
        }
    }

    private void stream(ServerRequest request, ServerResponse response, CompletionHead head, Generations generations) {
        try (var events = new EventStream(request, response)) {
            var answer = new CompletionStream(head, events, bodies.json());
            delivery.stream(generations, head.sequences(), answer, events);
        }
    }

    private CompletionHead head(ServerRequest request, Fields body) {
        var model = reader.model(body);
        if (!body.text("suffix").orElse("").isEmpty()) {
            throw ApiException.badValue(
                    "suffix", "The 'suffix' parameter is not supported: this server completes text at its end.");
        }
        boolean echo = body.flag("echo", false);
        var asked = body.integer("logprobs", 0, MOST_LOGPROBS);
        var terms = reader.read(request, body, model, asked);
        int bestOf = bestOf(body, terms);
        if (echo && asked.isPresent()) {
            terms = terms.with(new Scoring(asked, asked, terms.scoring().tokensAsIds()));
        } else if (terms.streaming().stream() && terms.scoring().prompt().isPresent()) {
            throw ApiException.badValue(
                    "prompt_logprobs", "'prompt_logprobs' are not available when 'stream' is enabled.");
        } else if (bestOf > terms.choices()) {
            terms = terms.with(new Scoring(
                    OptionalInt.of(asked.orElse(0)),
                    terms.scoring().prompt(),
                    terms.scoring().tokensAsIds()));
        }
        if (terms.ending().maximumTokens().orElse(1) == 0 && !echo) {
            throw ApiException.invalid(
                    400,
                    "max_tokens",
                    "integer_below_min_value",
                    "Invalid 'max_tokens': integer below minimum value. Expected a value >= 1, or 0 together with 'echo'.");
        }
        var prompts = CompletionPrompts.read(body, model.tokenizer());
        if ((long) prompts.size() * bestOf > MOST_SEQUENCES) {
            throw ApiException.badValue(
                    "prompt",
                    "Expected at most %d outputs in one request, prompts times choices.".formatted(MOST_SEQUENCES));
        }
        return new CompletionHead(
                Ids.completion(),
                clock.instant().getEpochSecond(),
                terms,
                new TokenNames(model.tokenizer(), terms.scoring().tokensAsIds()),
                prompts,
                echo,
                bestOf,
                asked.isPresent());
    }

    private static int bestOf(Fields body, GenerationTerms terms) {
        var bestOf = body.integer("best_of", 1, MOST_BEST_OF);
        if (bestOf.isEmpty()) {
            return terms.choices();
        }
        if (bestOf.getAsInt() < terms.choices()) {
            throw ApiException.badValue(
                    "best_of", "Invalid 'best_of': expected at least 'n' (%d).".formatted(terms.choices()));
        }
        if (bestOf.getAsInt() > terms.choices() && terms.streaming().stream()) {
            throw ApiException.badValue(
                    "best_of", "'best_of' greater than 'n' is not available when 'stream' is enabled.");
        }
        return bestOf.getAsInt();
    }

    private static List<GenerationRequest> requests(CompletionHead head) {
        var requests = new ArrayList<GenerationRequest>(head.sequences());
        for (int i = 0; i < head.sequences(); i++) {
            String id = head.sequences() == 1 ? head.id() : head.id() + "-" + i;
            requests.add(
                    head.terms().request(id, head.prompt(i).tokens(), i % head.bestOf(), DEFAULT_MAXIMUM, "prompt"));
        }
        return requests;
    }
}
