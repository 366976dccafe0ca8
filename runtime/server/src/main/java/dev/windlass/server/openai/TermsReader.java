package dev.windlass.server.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.windlass.engine.sample.SamplingParameters;
import dev.windlass.engine.token.Tokenizer;
import dev.windlass.http.ApiException;
import dev.windlass.http.Fields;
import dev.windlass.http.Hop;
import dev.windlass.http.LogContext;
import dev.windlass.server.openai.GenerationTerms.Ending;
import dev.windlass.server.openai.GenerationTerms.Scoring;
import dev.windlass.server.openai.GenerationTerms.Streaming;
import dev.windlass.server.openai.GenerationTerms.Urgency;
import dev.windlass.server.registry.GenerationDefaults;
import dev.windlass.server.registry.ModelRegistry;
import dev.windlass.server.registry.RegisteredModel;
import dev.windlass.server.registry.ServedModel;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.ObjIntConsumer;

/** Reads what chat and text completions have in common, with OpenAI's ranges and vLLM's extras. */
final class TermsReader {
    private static final int MOST_CHOICES = 128;
    private static final int MOST_STOPS = 16;
    private static final int MOST_LOGPROBS = 20;
    /** The least positive probability that matters: a {@code top_p} of 0 keeps the most probable token alone. */
    private static final float LEAST_TOP_P = 1e-6f;

    private static final HeaderName TELL_USAGE = HeaderNames.create(Hop.TELL_USAGE);

    private final ModelRegistry models;
    private final Constraints constraints;
    private final Duration longest;
    private final ObjIntConsumer<String> choices;

    /**
     * @param longest the most time a request may take, and what it gets unless it asks for less
     * @param choices is told how many choices each request wants of which model
     */
    TermsReader(ModelRegistry models, Constraints constraints, Duration longest, ObjIntConsumer<String> choices) {
        this.models = models;
        this.constraints = constraints;
        this.longest = longest;
        this.choices = choices;
    }

    ServedModel model(Fields body) {
        models.requireReady();
        ServedModel named = models.model(
                body.text("model"),
                model -> model instanceof ServedModel generator ? Optional.of(generator) : Optional.empty());
        LogContext.model(named.name());
        return named;
    }

    /** The model of a request that any will do for. */
    RegisteredModel any(Fields body) {
        models.requireReady();
        RegisteredModel named = models.model(body.text("model"), Optional::of);
        LogContext.model(named.name());
        return named;
    }

    GenerationTerms read(ServerRequest request, Fields body, ServedModel model, OptionalInt logprobs) {
        var defaults = model.defaults();
        var bounds = TokenBounds.of(request);
        int wanted = (int) body.integer("n", 1, MOST_CHOICES).orElse(1);
        choices.accept(model.name(), wanted);
        return new GenerationTerms(
                model,
                body.text("model").orElse(model.name()),
                wanted,
                sampling(body, defaults, model.tokenizer()),
                ending(body, defaults, bounds),
                bounds,
                new Scoring(
                        logprobs,
                        body.integer("prompt_logprobs", 0, MOST_LOGPROBS),
                        body.flag("return_tokens_as_token_ids", false)),
                constraints.read(body, model.grammars()),
                new Urgency(
                        body.integer("priority", Integer.MIN_VALUE, Integer.MAX_VALUE)
                                .orElse(0),
                        RequestTimeout.read(request, longest)),
                streaming(request, body));
    }

    private static Ending ending(Fields body, GenerationDefaults defaults, TokenBounds bounds) {
        return new Ending(
                maximumTokens(body, defaults, bounds),
                body.integer("min_tokens", 0, Integer.MAX_VALUE).orElse(0),
                body.flag("ignore_eos", false),
                stopTokens(body),
                stopStrings(body),
                body.flag("include_stop_str_in_output", false),
                body.flag("skip_special_tokens", true));
    }

    private static SamplingParameters sampling(Fields body, GenerationDefaults defaults, Tokenizer tokenizer) {
        float topP = (float) or(body.number("top_p", 0, 1), defaults.topP()).orElse(1);
        int topK = or(body.integer("top_k", -1, Integer.MAX_VALUE), defaults.topK())
                .orElse(0);
        double repetition = or(body.number("repetition_penalty", 0, 2), defaults.repetitionPenalty())
                .orElse(1);
        if (!(repetition > 0)) {
            throw ApiException.badValue(
                    "repetition_penalty",
                    "Invalid 'repetition_penalty': expected a decimal in (0, 2], but got 0 instead.");
        }
        return new SamplingParameters(
                (float) or(body.number("temperature", 0, 2), defaults.temperature())
                        .orElse(1),
                Math.max(topP, LEAST_TOP_P),
                Math.max(0, topK),
                (float) or(body.number("min_p", 0, 1), defaults.minP()).orElse(0),
                (float) body.number("frequency_penalty", -2, 2).orElse(0),
                (float) body.number("presence_penalty", -2, 2).orElse(0),
                (float) repetition,
                logitBias(body, tokenizer.vocabularySize()),
                body.integer("seed", Long.MIN_VALUE, Long.MAX_VALUE));
    }

    private static Map<Integer, Float> logitBias(Fields body, int vocabulary) {
        var object = body.object("logit_bias");
        if (object.isEmpty()) {
            return Map.of();
        }
        var bias = new HashMap<Integer, Float>();
        for (var entry : object.get().node().properties()) {
            String name = "logit_bias." + (entry.getKey().length() <= 20 ? entry.getKey() : "…");
            bias.put(token(entry.getKey(), name, vocabulary), (float) Fields.number(entry.getValue(), name, -100, 100));
        }
        return bias;
    }

    private static int token(String text, String name, int vocabulary) {
        try {
            int token = Integer.parseInt(text);
            if (token >= 0 && token < vocabulary) {
                return token;
            }
        } catch (NumberFormatException e) {
            // Reported below, as a number out of range is.
        }
        throw ApiException.badValue(
                name, "Invalid '%s': expected a token id from 0 to %d as the key.".formatted(name, vocabulary - 1));
    }

    private static OptionalInt maximumTokens(Fields body, GenerationDefaults defaults, TokenBounds bounds) {
        var newer = body.integer("max_completion_tokens", 0, Integer.MAX_VALUE);
        var older = body.integer("max_tokens", 0, Integer.MAX_VALUE);
        var asked = or(newer, older);
        if (asked.isPresent()) {
            bounds.requireOutput(asked.getAsInt(), newer.isPresent() ? "max_completion_tokens" : "max_tokens");
            return asked;
        }
        var standard = defaults.maximumTokens();
        return standard.isPresent() ? OptionalInt.of(Math.min(standard.getAsInt(), bounds.output())) : standard;
    }

    private static Set<Integer> stopTokens(Fields body) {
        var array = body.array("stop_token_ids");
        if (array.isEmpty()) {
            return Set.of();
        }
        var tokens = new HashSet<Integer>();
        for (JsonNode token : array.get()) {
            tokens.add((int) Fields.integer(token, "stop_token_ids", 0, Integer.MAX_VALUE));
        }
        return tokens;
    }

    private static List<String> stopStrings(Fields body) {
        var stops = body.texts("stop", MOST_STOPS);
        if (stops.contains("")) {
            throw ApiException.badValue("stop", "Invalid 'stop': a stop sequence must not be empty.");
        }
        return stops;
    }

    private static Streaming streaming(ServerRequest request, Fields body) {
        boolean stream = body.flag("stream", false);
        var options = body.object("stream_options");
        if (options.isPresent() && !stream) {
            throw ApiException.badValue(
                    "stream_options", "The 'stream_options' parameter is only allowed when 'stream' is enabled.");
        }
        boolean continuous = options.isPresent() && options.get().flag("continuous_usage_stats", false);
        boolean include = options.isPresent() && options.get().flag("include_usage", false);
        return new Streaming(
                stream, include, include && continuous, request.headers().contains(TELL_USAGE));
    }

    private static OptionalDouble or(OptionalDouble first, OptionalDouble second) {
        return first.isPresent() ? first : second;
    }

    private static OptionalInt or(OptionalInt first, OptionalInt second) {
        return first.isPresent() ? first : second;
    }
}
