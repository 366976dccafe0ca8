package dev.windlass.policy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.windlass.api.AuthSpec;
import dev.windlass.api.LimitsSpec;
import dev.windlass.api.LlmDeploymentSpec;
import dev.windlass.api.ObservabilitySpec.Audit;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/** Requests as they arrive, for tests. */
public final class Arrivals {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private Arrivals() {}

    public static Arrival of(AuthSpec auth, Audit audit, String body, Map<String, String> headers) {
        LimitsSpec limits = LlmDeploymentSpec.ABSENT.limits();
        return new Arrival(
                new Arrival.Target("team", "m", new EdgeSettings(auth, limits, null, null, audit, null)),
                new Arrival.Head(
                        "/v1/chat/completions", "req_1", false, name -> Optional.ofNullable(headers.get(name))),
                body.getBytes(StandardCharsets.UTF_8),
                JSON);
    }
}
