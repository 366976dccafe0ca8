package dev.windlass.gateway.proxy;

import dev.windlass.api.traffic.Bucket;
import dev.windlass.api.traffic.TrafficPolicy;
import dev.windlass.gateway.route.DeploymentName;
import dev.windlass.gateway.route.Route;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerRequestHeaders;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * A client's request, ready to be sent.
 *
 * @param body as the client sent it, or policies changed it, until the answer has begun
 * @param chance decides where nothing else does, the same at every attempt
 */
record Inquiry(
        ServerRequestHeaders headers,
        RequestHead head,
        Peek peek,
        BodyBudget.Body body,
        Admitted admitted,
        Bucket chance,
        Bucket mirrors) {

    /** Who was let in, and to whom: nobody else may be asked, whoever the model's name belongs to by then. */
    record Admitted(String caller, DeploymentName to) {}

    static Inquiry of(
            ServerRequestHeaders headers, RequestHead head, Peek peek, BodyBudget.Body body, Admitted admitted) {
        return new Inquiry(headers, head, peek, body, admitted, random(), random());
    }

    private static Bucket random() {
        return new Bucket(ThreadLocalRandom.current().nextInt(Bucket.COUNT));
    }

    /** What a route's policy has to know. */
    TrafficPolicy.Request request(Route route) {
        var sticky = route.sticky();
        var bucket = sticky.key(this::header, peek.user(), admitted.caller())
                .map(key -> Bucket.of(sticky.salt(), key))
                .orElse(chance);
        Map<String, String> named = new HashMap<>();
        for (var rule : route.traffic().rules()) {
            for (String name : rule.headers().keySet()) {
                String value = header(name);
                if (value != null) {
                    named.put(name, value);
                }
            }
        }
        return new TrafficPolicy.Request(named, bucket, mirrors);
    }

    private @Nullable String header(String name) {
        return headers.first(HeaderNames.create(name)).orElse(null);
    }

    /** The body for the runtimes of a route, who may call the model otherwise. */
    byte[] bodyFor(Route route, QuotedNames names) {
        return peek.withModel(body.bytes(), route.model(), names.quote(route.model()));
    }

    /** Turns names into JSON. */
    @FunctionalInterface
    interface QuotedNames {
        byte[] quote(String name);
    }
}
