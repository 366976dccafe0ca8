package dev.windlass.server.openai;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.windlass.http.Bodies;
import dev.windlass.http.Fields;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** vLLM's {@code POST /tokenize} and {@code POST /detokenize}. */
final class TokenService {
    private final Bodies bodies;
    private final TermsReader reader;

    TokenService(Bodies bodies, TermsReader reader) {
        this.bodies = bodies;
        this.reader = reader;
    }

    private record Tokenized(
            int count,
            int maxModelLen,
            int[] tokens,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            List<String> tokenStrs) {}

    private record Detokenized(String prompt) {}

    void tokenize(ServerRequest request, ServerResponse response) {
        var body = bodies.read(request);
        var model = reader.any(body);
        int[] tokens = body.has("messages")
                ? ChatPrompts.encode(
                                reader.model(body),
                                ChatRequest.read(body, bodies.json()),
                                Tools.read(body, bodies.json())
                                        .map(Tools::templates)
                                        .orElse(List.of()))
                        .tokens()
                : model.tokenizer().encode(body.requiredText("prompt"), body.flag("add_special_tokens", true), true);
        List<String> names = null;
        if (body.flag("return_token_strs", false)) {
            names = new ArrayList<>(tokens.length);
            for (int token : tokens) {
                names.add(model.tokenizer().token(token));
            }
        }
        bodies.send(request, response, new Tokenized(tokens.length, model.contextLength(), tokens, names));
    }

    void detokenize(ServerRequest request, ServerResponse response) {
        var body = bodies.read(request);
        var model = reader.any(body);
        var given = body.array("tokens").orElseThrow(() -> body.missing("tokens"));
        int[] tokens = new int[given.size()];
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = (int) Fields.integer(
                    given.get(i), "tokens[" + i + "]", 0, model.tokenizer().vocabularySize() - 1L);
        }
        bodies.send(request, response, new Detokenized(model.tokenizer().decode(tokens, false)));
    }
}
