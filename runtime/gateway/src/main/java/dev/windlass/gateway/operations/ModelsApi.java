package dev.windlass.gateway.operations;

import dev.windlass.gateway.route.CurrentRoutes;
import dev.windlass.gateway.route.Route;
import dev.windlass.http.ApiException;
import dev.windlass.http.Bodies;
import dev.windlass.http.Requests;
import dev.windlass.http.Routes;
import dev.windlass.policy.access.AccessPolicy;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.List;

/** {@code /v1/models}: every model of every deployment that the caller may use, awake or not. */
public final class ModelsApi {
    private static final HeaderName CHALLENGE = HeaderNames.create("WWW-Authenticate");

    private final CurrentRoutes routes;
    private final AccessPolicy access;
    private final Bodies bodies;

    public ModelsApi(CurrentRoutes routes, AccessPolicy access, Bodies bodies) {
        this.routes = routes;
        this.access = access;
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
        var visitor = visitor(request);
        var models = routes.table().listed().entrySet().stream()
                .filter(entry -> maySee(visitor, entry.getKey(), entry.getValue()))
                .map(entry -> ModelBody.of(entry.getKey(), entry.getValue()))
                .toList();
        if (models.isEmpty() && visitor.denied().isPresent()) {
            response.header(CHALLENGE, visitor.challenge());
            throw visitor.denied().get();
        }
        bodies.send(request, response, new ListBody("list", models));
    }

    private void describe(ServerRequest request, ServerResponse response) {
        String id = request.path().pathParameters().get("id");
        var visitor = visitor(request);
        var route = routes.table()
                .find(id)
                .filter(found -> maySee(visitor, id, found))
                .orElseThrow(() -> ApiException.invalid(
                        404, "model", "model_not_found", "The model `%s` does not exist.".formatted(id)));
        bodies.send(request, response, ModelBody.of(id, route));
    }

    private AccessPolicy.Visitor visitor(ServerRequest request) {
        return access.visitor(name -> Requests.header(request, name));
    }

    private static boolean maySee(AccessPolicy.Visitor visitor, String name, Route route) {
        return visitor.maySee(route.deployment().namespace(), route.edge().auth(), name);
    }
}
