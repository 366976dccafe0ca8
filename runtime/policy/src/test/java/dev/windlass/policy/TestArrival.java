package dev.windlass.policy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.windlass.api.LimitsSpec;
import dev.windlass.api.ResponseCacheSpec;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes requests at the edge. */
public final class TestArrival {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private LimitsSpec limits = EdgeSettings.NONE.limits();
    private @Nullable ResponseCacheSpec cache;
    private @Nullable String revision = "m-1";
    private String path = "/v1/chat/completions";
    private Caller caller = Caller.ANONYMOUS;
    private Map<String, String> headers = Map.of();

    public TestArrival limits(LimitsSpec.@Nullable Quota perKey, LimitsSpec.@Nullable Quota total) {
        return limits(perKey, total, 0, 0);
    }

    public TestArrival limits(
            LimitsSpec.@Nullable Quota perKey, LimitsSpec.@Nullable Quota total, int maxInput, int maxOutput) {
        limits = new LimitsSpec(perKey, total, maxInput, maxOutput, null);
        return this;
    }

    public TestArrival cache(boolean shared) {
        cache = new ResponseCacheSpec(null, shared);
        return this;
    }

    public TestArrival revision(@Nullable String only) {
        revision = only;
        return this;
    }

    public TestArrival path(String other) {
        path = other;
        return this;
    }

    public TestArrival caller(String id) {
        return caller(new Caller(id, null));
    }

    public TestArrival caller(Caller known) {
        caller = known;
        return this;
    }

    public TestArrival headers(Map<String, String> sent) {
        headers = sent;
        return this;
    }

    public Arrival body(String json) {
        Map<String, String> sent = headers;
        var none = EdgeSettings.NONE;
        var arrival = new Arrival(
                new Arrival.Target(
                        "default",
                        "m",
                        new EdgeSettings(none.auth(), limits, null, cache, none.audit(), null),
                        revision),
                new Arrival.Head(
                        path, "req_1", json.contains("\"stream\":true"), name -> Optional.ofNullable(sent.get(name))),
                json.getBytes(StandardCharsets.UTF_8),
                MAPPER);
        arrival.identify(caller);
        return arrival;
    }
}
