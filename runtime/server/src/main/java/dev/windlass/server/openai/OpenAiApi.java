package dev.windlass.server.openai;

import dev.windlass.http.Bodies;
import dev.windlass.http.Errors;
import dev.windlass.http.Routes;
import dev.windlass.server.registry.ModelRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.BooleanSupplier;
import java.util.function.ObjIntConsumer;

/** All routes of OpenAI's API. */
public final class OpenAiApi {
    private final ChatService chat;
    private final CompletionService completions;
    private final ModelService models;
    private final TokenService tokens;
    private final GenerateService generate;

    /**
     * @param longest the most time a request may take
     * @param heartbeat the longest silence on a stream
     * @param choices is told how many choices each request wants of which model
     * @param isCut whether the server cannot wait any longer for what runs
     */
    public OpenAiApi(
            ModelRegistry registry,
            Bodies bodies,
            Errors errors,
            Duration longest,
            Duration heartbeat,
            ObjIntConsumer<String> choices,
            BooleanSupplier isCut,
            InstantSource clock) {
        var reader = new TermsReader(registry, new Constraints(bodies.json()), longest, choices);
        var delivery = new Delivery(new Exchange(heartbeat, isCut), errors);
        this.chat = new ChatService(bodies, reader, delivery, clock);
        this.completions = new CompletionService(bodies, reader, delivery, clock);
        this.models = new ModelService(registry, bodies);
        this.tokens = new TokenService(bodies, reader);
        this.generate = new GenerateService(bodies, reader, delivery, clock);
    }

    public void register(Routes routes) {
        routes.post("/v1/chat/completions", chat::complete);
        routes.post("/v1/completions", completions::complete);
        routes.post("/generate", generate::generate);
        routes.post("/tokenize", tokens::tokenize);
        routes.post("/detokenize", tokens::detokenize);
        routes.get("/v1/models", models::list);
        routes.get("/v1/models/{+id}", models::describe);
    }
}
