package dev.windlass.policy.filter;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.windlass.http.ApiException;
import dev.windlass.policy.Arrival;
import dev.windlass.policy.WholeAnswer;
import dev.windlass.policy.filter.FilterMeter.Way;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** {@code /v1/moderations}: what the rules say of texts that nobody sends to a model. Rules are its categories. */
final class Moderation {
    static final String PATH = "/v1/moderations";
    private static final int MOST_INPUTS = 128;

    private final Application application;
    private final JsonMapper mapper;

    Moderation(Application application, JsonMapper mapper) {
        this.application = application;
        this.mapper = mapper;
    }

    WholeAnswer answer(Arrival arrival) {
        var answer =
                mapper.createObjectNode().put("id", "modr-" + arrival.head().requestId());
        answer.set("model", arrival.json().path("model"));
        var results = answer.putArray("results");
        long begun = System.nanoTime();
        try {
            for (String input : inputs(arrival.json().path("input"))) {
                results.add(result(input));
            }
        } catch (ClassifierException outage) {
            throw RequestFilter.unavailable();
        } finally {
            application.spent(Way.Input, System.nanoTime() - begun);
        }
        try {
            return new WholeAnswer(200, "application/json", mapper.writeValueAsBytes(answer));
        } catch (JsonProcessingException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private ObjectNode result(String input) {
        var result = mapper.createObjectNode().put("flagged", false);
        var categories = result.putObject("categories");
        var scores = result.putObject("category_scores");
        var types = result.putObject("category_applied_input_types");
        var sight = new Rule.Sight(Screen.FAR, application.policy().namespace(), application.classifier());
        for (var rule : application.policy().rules(Way.Input)) {
            double worst = 0;
            boolean matches = false;
            for (var looker : rule.lookers()) {
                var score = looker.score(input, sight);
                worst = Math.max(worst, score.value());
                matches |= score.matches();
            }
            categories.put(rule.name(), matches);
            scores.put(rule.name(), worst);
            types.putArray(rule.name()).add("text");
            if (matches) {
                result.put("flagged", true);
                application.meter().verdict(application.target(), Way.Input, rule.name(), Verdict.Flag);
            }
        }
        return result;
    }

    private static List<String> inputs(JsonNode input) {
        List<String> inputs = new ArrayList<>();
        if (input.isTextual()) {
            inputs.add(input.asText());
        }
        var parts = new StringBuilder();
        for (JsonNode each : input) {
            if (each.isTextual()) {
                inputs.add(each.asText());
            } else if (each.path("text").isTextual()) {
                parts.append(parts.isEmpty() ? "" : "\n")
                        .append(each.path("text").asText());
            } else {
                throw ApiException.badValue("input", "Invalid 'input': expected text, got something else.");
            }
        }
        if (!parts.isEmpty()) {
            inputs.add(parts.toString());
        }
        if (inputs.isEmpty() || inputs.size() > MOST_INPUTS) {
            throw ApiException.badValue(
                    "input",
                    "Invalid 'input': expected a string or a list of 1 to %d, got %d."
                            .formatted(MOST_INPUTS, inputs.size()));
        }
        return inputs;
    }
}
