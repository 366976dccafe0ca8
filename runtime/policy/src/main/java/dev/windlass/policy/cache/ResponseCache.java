package dev.windlass.policy.cache;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.windlass.api.ResponseCacheSpec;
import dev.windlass.policy.Arrival;
import dev.windlass.policy.EdgePolicy;
import dev.windlass.policy.Passage;
import dev.windlass.policy.cache.CacheMeter.CacheResult;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;

/**
 * {@code spec.responseCache}: gives the answer that was given before to requests that have one answer only: chat and text completions at
 * temperature 0 or with a seed, and embeddings. The nearest of all policies to the runtime: what it keeps is what a runtime said, and the
 * content filter sees it every time.
 */
public final class ResponseCache implements EdgePolicy {
    static final String HEADER = "x-windlass-cache";
    /** Longer answers are not kept. */
    static final int MOST_BYTES = 1 << 20;
    /** How answers end that would end so again. */
    private static final Set<String> ENDS = Set.of("stop", "length", "tool_calls", "function_call");

    private static final ResponseCacheSpec STANDARD = new ResponseCacheSpec(null, null);

    private final Answers answers;
    private final CacheMeter meter;
    private final InstantSource clock;
    private final Flights flights = new Flights();
    private final JsonMapper mapper = JsonMapper.builder().build();

    public ResponseCache(Answers answers, CacheMeter meter, InstantSource clock) {
        this.answers = answers;
        this.meter = meter;
        this.clock = clock;
    }

    @Override
    public Passage admit(Arrival arrival) {
        var settings = arrival.settings().responseCache();
        if (settings == null) {
            return Passage.FREE;
        }
        // While several revisions answer, nobody knows here which one will.
        String revision = arrival.target().revision();
        var request = revision == null
                ? Optional.<CacheRequest>empty()
                : CacheRequest.of(arrival, revision, settings.shareAcrossKeys());
        if (revision == null || request.isEmpty()) {
            tell(arrival, CacheResult.Bypass);
            return Passage.FREE;
        }
        // What cannot be read is as if it were not written.
        var ttl = settings.ttl().isValid() ? settings.ttl() : STANDARD.ttl();
        return new CachePassage(this, arrival, request.get(), revision, ttl.value());
    }

    void tell(Arrival arrival, CacheResult result) {
        meter.count(arrival.target().qualified(), result);
        arrival.reply(HEADER, result.word());
    }

    /** Whether a whole answer would come out the same again. */
    static boolean isFinal(Form form, JsonNode answer) {
        if (!answer.path("usage").isObject()) {
            return false;
        }
        if (!form.generates()) {
            return !answer.path("data").isEmpty();
        }
        for (var choice : answer.path("choices")) {
            if (!ENDS.contains(choice.path("finish_reason").asText()) || choice.hasNonNull("logprobs")) {
                return false;
            }
        }
        return !answer.path("choices").isEmpty();
    }

    Answers answers() {
        return answers;
    }

    Flights flights() {
        return flights;
    }

    JsonMapper mapper() {
        return mapper;
    }

    InstantSource clock() {
        return clock;
    }
}
