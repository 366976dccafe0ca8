package dev.windlass.server.openai;

import dev.windlass.http.Bodies;
import dev.windlass.server.registry.ModelRegistry;
import dev.windlass.server.registry.RegisteredModel;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code GET /v1/models}: what is served, every alias on its own. */
final class ModelService {
    private final ModelRegistry models;
    private final Bodies bodies;

    ModelService(ModelRegistry models, Bodies bodies) {
        this.models = models;
        this.bodies = bodies;
    }

    private record ModelList(String object, List<Model> data) {}

    private record Model(
            String id,
            String object,
            long created,
            String ownedBy,
            String root,
            @Nullable String parent,
            int maxModelLen) {
        static Model of(String name, RegisteredModel model) {
            return new Model(
                    name,
                    "model",
                    model.created().getEpochSecond(),
                    "windlass",
                    model.name(),
                    null,
                    model.contextLength());
        }
    }

    void list(ServerRequest request, ServerResponse response) {
        var list = new ArrayList<Model>();
        for (var model : models.models()) {
            list.add(Model.of(model.name(), model));
            model.aliases().stream().sorted().forEach(alias -> list.add(Model.of(alias, model)));
        }
        bodies.send(request, response, new ModelList("list", list));
    }

    void describe(ServerRequest request, ServerResponse response) {
        // A name may have slashes, as those of the Hugging Face hub do.
        String name = request.path().pathParameters().get("id");
        bodies.send(request, response, Model.of(name, models.model(name)));
    }
}
