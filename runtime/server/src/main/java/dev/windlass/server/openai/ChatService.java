package dev.windlass.server.openai;

import dev.windlass.engine.GenerationRequest;
import dev.windlass.http.ApiException;
import dev.windlass.http.Bodies;
import dev.windlass.http.EventStream;
import dev.windlass.http.Fields;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** {@code POST /v1/chat/completions}: messages to a prompt, a prompt to tokens, tokens to an answer. */
final class ChatService {
    private static final int MOST_TOP_LOGPROBS = 20;

    private final Bodies bodies;
    private final TermsReader reader;
    private final Delivery delivery;
    private final InstantSource clock;

    ChatService(Bodies bodies, TermsReader reader, Delivery delivery, InstantSource clock) {
        this.bodies = bodies;
        this.reader = reader;
        this.delivery = delivery;
        this.clock = clock;
    }

    void complete(ServerRequest request, ServerResponse response) {
        var body = bodies.read(request);
        var model = reader.model(body);
        var chat = ChatRequest.read(body, bodies.json());
        var terms = reader.read(request, body, model, logprobs(body));
        if (terms.streaming().stream() && terms.scoring().prompt().isPresent()) {
            throw ApiException.badValue(
                    "prompt_logprobs", "'prompt_logprobs' are not available when 'stream' is enabled.");
        }
        var tools = Tools.read(body, bodies.json());
        if (tools.isPresent()) {
            terms = withTools(terms, tools.get());
        }
        var rendered =
                ChatPrompts.encode(model, chat, tools.map(Tools::templates).orElse(List.of()));
        int[] prompt = rendered.tokens();
        var head = new ChatHead(
                Ids.chat(),
                clock.instant().getEpochSecond(),
                terms,
                new TokenNames(model.tokenizer(), terms.scoring().tokensAsIds()),
                chat.echo(),
                reading(terms, rendered, tools.isPresent()));
        var requests = requests(head, prompt);
        try (var generations = Generations.submit(request, model, requests)) {
            if (terms.streaming().stream()) {
                stream(request, response, head, prompt.length, generations);
            } else {
                var answer = new ChatAnswer(head, prompt.length);
                delivery.collect(generations, terms.choices(), answer);
                bodies.send(request, response, answer.body());
            }
        }
    }

    private void stream(
            ServerRequest request, ServerResponse response, ChatHead head, int promptTokens, Generations generations) {
        try (var events = new EventStream(request, response)) {
            var answer = new ChatStream(head, promptTokens, events, bodies.json());
            delivery.stream(generations, head.terms().choices(), answer, events);
        }
    }

    private static GenerationTerms withTools(GenerationTerms terms, Tools tools) {
        if (terms.grammar() != null) {
            throw ApiException.badValue(
                    "tools",
                    "'tools' cannot be combined with another constraint on the output, such as 'response_format'.");
        }
        // The markers of a call may be special tokens.
        return terms.withGrammar(tools.grammar(terms.model()), terms.ending().withSpecialTokens());
    }

    private static ChatText.Reading reading(GenerationTerms terms, ChatPrompts.ChatPrompt prompt, boolean calls) {
        boolean thinks = terms.model()
                        .chatTemplate()
                        .filter(template -> template.source().contains("</think>"))
                        .isPresent()
                && (calls || terms.grammar() == null);
        return new ChatText.Reading(
                thinks,
                prompt.text().stripTrailing().endsWith("<think>"),
                calls ? terms.model().toolCalls() : null);
    }

    private static List<GenerationRequest> requests(ChatHead head, int[] prompt) {
        var requests = new ArrayList<GenerationRequest>();
        for (int i = 0; i < head.terms().choices(); i++) {
            String id = i == 0 ? head.id() : head.id() + "-" + i;
            requests.add(head.terms().request(id, prompt, i, Integer.MAX_VALUE, "messages"));
        }
        return requests;
    }

    private static OptionalInt logprobs(Fields body) {
        var top = body.integer("top_logprobs", 0, MOST_TOP_LOGPROBS);
        boolean wanted = body.flag("logprobs", false);
        if (top.isPresent() && top.getAsInt() > 0 && !wanted) {
            throw ApiException.badValue(
                    "top_logprobs", "The 'top_logprobs' parameter is only allowed when 'logprobs' is enabled.");
        }
        return wanted ? OptionalInt.of(top.orElse(0)) : OptionalInt.empty();
    }
}
