package dev.windlass.policy.filter;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What a client that streams has asked for.
 *
 * @param choices how many there are
 * @param tellsUsage whether it wants to know the usage at the end
 * @param hidesUsage whether it did not ask for what every event tells of it
 */
record StreamTerms(int choices, boolean tellsUsage, boolean hidesUsage) {
    StreamTerms(JsonNode request, boolean hidesUsage) {
        this(
                Math.max(1, request.path("n").asInt(1)) * prompts(request.path("prompt")),
                request.path("stream_options").path("include_usage").asBoolean(),
                hidesUsage);
    }

    private static int prompts(JsonNode prompt) {
        boolean isList = prompt.isArray() && !prompt.isEmpty() && !prompt.get(0).isNumber();
        return isList ? prompt.size() : 1;
    }
}
