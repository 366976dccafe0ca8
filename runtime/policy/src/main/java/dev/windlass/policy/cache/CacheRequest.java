package dev.windlass.policy.cache;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.windlass.http.Hop;
import dev.windlass.policy.Arrival;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A request that has one answer only.
 *
 * @param includesUsage whether a stream ends with the usage
 * @param reads whether an answer of old will do
 */
record CacheRequest(CacheKey key, Form form, boolean streams, boolean includesUsage, boolean reads) {
    /** Changes when keys or what is kept mean something else. */
    private static final String VERSION = "1";

    private static final List<String> NOT_OF_THE_ANSWER = List.of("stream", "stream_options", "user");
    /** What answers have then is not put into other forms. */
    private static final List<String> LOGPROBS = List.of("logprobs", "top_logprobs", "prompt_logprobs");

    private static final JsonMapper CANONICAL =
            JsonMapper.builder().enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED).build();

    /**
     * Empty for what has to be asked anew.
     *
     * @param revision the only one that answers
     * @param shared whether callers may get what others asked for
     */
    static Optional<CacheRequest> of(Arrival arrival, String revision, boolean shared) {
        var form = Form.of(arrival.head().path());
        String control = arrival.header("cache-control").orElse("").toLowerCase(Locale.ROOT);
        if (form.isEmpty() || control.contains("no-store")) {
            return Optional.empty();
        }
        var body = arrival.json();
        if (form.get().generates() && !hasOneAnswer(body)) {
            return Optional.empty();
        }
        var options = body.path("stream_options");
        if (options.path("continuous_usage_stats").asBoolean()) {
            return Optional.empty();
        }
        return Optional.of(new CacheRequest(
                key(arrival, revision, shared, body),
                form.get(),
                arrival.head().streams(),
                options.path("include_usage").asBoolean(),
                !control.contains("no-cache")));
    }

    private static boolean hasOneAnswer(ObjectNode body) {
        JsonNode temperature = body.path("temperature");
        boolean isGreedy = temperature.isNumber() && temperature.doubleValue() == 0;
        return (isGreedy || body.path("seed").isIntegralNumber())
                && LOGPROBS.stream()
                        .map(body::path)
                        .allMatch(value -> value.isMissingNode()
                                || value.isNull()
                                || (value.isBoolean() && !value.booleanValue()));
    }

    /** What the runtime is told, by the deployment or else by the client: it cuts answers short. */
    private static String bound(Arrival arrival, String header) {
        String told = arrival.forwarded().get(header);
        return told == null ? arrival.header(header).orElse("") : told;
    }

    private static CacheKey key(Arrival arrival, String revision, boolean shared, ObjectNode body) {
        ObjectNode asked = body.objectNode();
        asked.setAll(body);
        asked.remove(NOT_OF_THE_ANSWER);
        String whose = shared ? "" : "@" + arrival.caller().id();
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            // A list in JSON, so that no two lists look alike.
            digest.update(CANONICAL.writeValueAsBytes(List.of(
                    VERSION,
                    arrival.target().qualified(),
                    revision,
                    whose,
                    arrival.head().path(),
                    bound(arrival, Hop.MAX_INPUT_TOKENS),
                    bound(arrival, Hop.MAX_OUTPUT_TOKENS))));
            digest.update(CANONICAL.writeValueAsBytes(asked));
            return new CacheKey(HexFormat.of().formatHex(digest.digest()));
        } catch (NoSuchAlgorithmException everyPlatformHasIt) {
            throw new IllegalStateException(everyPlatformHasIt);
        } catch (JsonProcessingException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }
}
