package dev.windlass.operator.telemetry;

import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** Counts what the operator asks of the API server, tries of the same once more among them. */
final class ApiRequests implements Interceptor {
    private final MeterRegistry registry;

    ApiRequests(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
        count(request.method(), request.uri().getPath());
    }

    void count(String method, String path) {
        Counter.builder("windlass.operator.api.requests")
                .description("Requests to the API server.")
                .tags("verb", method, "resource", resource(path))
                .register(registry)
                .increment();
    }

    /** The kind of object, as paths call it: names of objects and of namespaces must not become labels. */
    static String resource(String path) {
        String[] parts = path.split("/", -1);
        int kind = parts.length > 1 && parts[1].equals("api") ? 3 : 4;
        if (kind + 2 < parts.length && parts[kind].equals("namespaces")) {
            kind += 2;
        }
        if (parts.length < 2 || !parts[1].matches("apis?") || kind >= parts.length) {
            return "other";
        }
        return kind + 2 < parts.length ? parts[kind] + "/" + parts[kind + 2] : parts[kind];
    }
}
