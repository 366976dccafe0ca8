package dev.windlass.cli;

import dev.windlass.api.AuthSpec;
import dev.windlass.server.registry.EncoderPurpose;
import dev.windlass.server.registry.RegisteredModel;
import dev.windlass.server.registry.ServedEncoder;
import dev.windlass.server.registry.ServedModel;

/** A first request to a model, to copy, with what its callers have to show. */
final class Welcome {
    private Welcome() {}

    static String example(String url, RegisteredModel model, AuthSpec.Mode asked) {
        String request = switch (model) {
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
        return switch (asked) {
            case None -> request;
            case ApiKey -> request + bearer("KEY");
            case Jwt, ServiceAccount -> request + bearer("TOKEN");
        };
    }

    /** Where the shell's variable comes from that the example has; empty where it has none. */
    static String hint(AuthSpec.Mode asked) {
        return switch (asked) {
            case None -> "";
            case ApiKey ->
                "KEY is a key whose digest is among the Secrets in the served file or in --keys: windlass keys create NAME makes one.";
            case Jwt -> "TOKEN is one of the issuer that spec.auth.jwt names.";
            case ServiceAccount -> "TOKEN is one of a service account.";
        };
    }

    private static String bearer(String variable) {
        return " -H \"Authorization: Bearer $%s\"".formatted(variable);
    }

    private static String curl(String url, String route, RegisteredModel model, String body) {
        return "curl -s %s/v1/%s -H 'Content-Type: application/json' -d '{\"model\": \"%s\", %s}'"
                .formatted(url, route, model.name(), body);
    }
}
