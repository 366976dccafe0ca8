package dev.windlass.cli;

import dev.windlass.server.registry.EncoderPurpose;
import dev.windlass.server.registry.RegisteredModel;
import dev.windlass.server.registry.ServedEncoder;
import dev.windlass.server.registry.ServedModel;

/** A first request to a model, to copy. */
final class Welcome {
    private Welcome() {}

    static String example(String url, RegisteredModel model) {
        return switch (model) {
            case ServedModel served ->
                served.chatTemplate().isPresent()
                        ? curl(
                                url,
                                "chat/completions",
                                model,
                                "\"messages\": [{\"role\": \"user\", \"content\": \"What is Windlass?\"}]")
                        : curl(url, "completions", model, "\"prompt\": \"Once upon a time\", \"max_tokens\": 32");
            case ServedEncoder encoder ->
                switch (encoder.purpose()) {
                    case EncoderPurpose.Embed _ ->
                        curl(url, "embeddings", model, "\"input\": \"A chain comes up from the deep.\"");
                    case EncoderPurpose.Rerank _ ->
                        curl(
                                url,
                                "rerank",
                                model,
                                "\"query\": \"What turns?\", \"documents\": [\"The windlass turns.\", \"It rains.\"]");
                    case EncoderPurpose.Classify _ ->
                        curl(url, "classify", model, "\"input\": \"A chain comes up from the deep.\"");
                };
        };
    }

    private static String curl(String url, String route, RegisteredModel model, String body) {
        return "curl -s %s/v1/%s -H 'Content-Type: application/json' -d '{\"model\": \"%s\", %s}'"
                .formatted(url, route, model.name(), body);
    }
}
