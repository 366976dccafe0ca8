package dev.windlass.gateway.operations;

import dev.windlass.gateway.route.CurrentRoutes;
import dev.windlass.gateway.route.Route;
import dev.windlass.http.ApiException;
import dev.windlass.http.Bodies;
import dev.windlass.http.Routes;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.List;

/** {@code /v1/models}: every model of every deployment, awake or not. */
public final class ModelsApi {
    private final CurrentRoutes routes;
    private final Bodies bodies;

    public ModelsApi(CurrentRoutes routes, Bodies bodies) {
        this.routes = routes;
        this.bodies = bodies;
    }

    private record ModelBody(String id, String object, long created, String ownedBy) {
        static ModelBody of(String name, Route route) {
            return new ModelBody(
                    name,
                    "model",
                    route.created().getEpochSecond(),
                    route.deployment().namespace());
        }
    }

    private record ListBody(String object, List<ModelBody> data) {}

    public void register(Routes paths) {
        paths.get("/v1/models", this::list);
        paths.get("/v1/models/{+id}", this::describe);
    }

    private void list(ServerRequest request, ServerResponse response) {
        var models = routes.table().listed().entrySet().stream()
                .map(entry -> ModelBody.of(entry.getKey(), entry.getValue()))
                .toList();
        bodies.send(request, response, new ListBody("list", models));
    }

    private void describe(ServerRequest request, ServerResponse response) {
        String id = request.path().pathParameters().get("id");
        var route = routes.table()
                .find(id)
                .orElseThrow(() -> ApiException.invalid(
                        404, "model", "model_not_found", "The model `%s` does not exist.".formatted(id)));
        bodies.send(request, response, ModelBody.of(id, route));
    }
}
