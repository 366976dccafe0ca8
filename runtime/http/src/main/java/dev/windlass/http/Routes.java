package dev.windlass.http;

import io.helidon.http.Method;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Collects routes, so that the methods and paths nobody registered are refused in OpenAI's words. */
public final class Routes {
    private final HttpRouting.Builder routing;
    private final Map<String, List<Method>> methods = new LinkedHashMap<>();

    public Routes(HttpRouting.Builder routing) {
        this.routing = routing;
    }

    public void get(String path, Handler handler) {
        routing.route(Method.GET, path, handler);
        routing.route(Method.HEAD, path, handler);
        add(path, Method.GET);
        add(path, Method.HEAD);
    }

    public void post(String path, Handler handler) {
        routing.route(Method.POST, path, handler);
        add(path, Method.POST);
    }

    public void put(String path, Handler handler) {
        routing.route(Method.PUT, path, handler);
        add(path, Method.PUT);
    }

    private void add(String path, Method method) {
        methods.computeIfAbsent(path, _ -> new ArrayList<>()).add(method);
    }

    /** The patterns registered so far. */
    public Set<String> patterns() {
        return Set.copyOf(methods.keySet());
    }

    /** Refuses all that was not registered before. */
    public void refuseTheRest() {
        methods.forEach((path, allowed) -> routing.any(path, (request, _) -> {
            throw notAllowed(request, allowed);
        }));
        routing.any((request, _) -> {
            throw ApiException.invalid(
                    404,
                    null,
                    "unknown_url",
                    "Unknown request URL: %s %s. Please check the URL for typos."
                            .formatted(
                                    request.prologue().method().text(),
                                    request.path().path()));
        });
    }

    private static ApiException notAllowed(ServerRequest request, List<Method> allowed) {
        return ApiException.invalid(
                405,
                null,
                "method_not_supported",
                "Not allowed to %s on %s. Allowed: %s."
                        .formatted(
                                request.prologue().method().text(),
                                request.path().path(),
                                String.join(
                                        ", ", allowed.stream().map(Method::text).toList())));
    }
}
