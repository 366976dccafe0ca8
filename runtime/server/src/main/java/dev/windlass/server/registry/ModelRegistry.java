package dev.windlass.server.registry;

import dev.windlass.http.ApiException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The models a server serves, by name and by alias, and whether it can serve them now. A server may start before its
 * model is loaded: it then answers probes, and refuses work with the reason. Thread-safe; whoever adds a model closes it.
 */
public final class ModelRegistry {
    private static final Duration RETRY = Duration.ofSeconds(2);

    private volatile Map<String, RegisteredModel> byName = Map.of();
    private volatile Status status = new Status.Loading("no model is loaded yet");
    private volatile Supplier<LoadState> load = () -> LoadState.of(LoadState.Phase.Loading, "");

    /** Whether requests can be served. */
    public sealed interface Status {
        /** Every model is loaded and warm. */
        record Ready() implements Status {}

        /** @param reason what is awaited */
        record Loading(String reason) implements Status {}

        /** The server finishes what runs and takes nothing new. */
        record Draining() implements Status {}
    }

    /** A registry that serves these models already. */
    public static ModelRegistry of(RegisteredModel... models) {
        var registry = new ModelRegistry();
        for (var model : models) {
            registry.add(model);
        }
        registry.ready();
        return registry;
    }

    /** Adds a model under its name and its aliases, which must be free. */
    public synchronized void add(RegisteredModel model) {
        var names = new LinkedHashMap<>(byName);
        put(names, model.name(), model);
        model.aliases().forEach(alias -> put(names, alias, model));
        byName = names;
    }

    private static void put(Map<String, RegisteredModel> names, String name, RegisteredModel model) {
        if (names.putIfAbsent(name, model) != null) {
            throw new IllegalArgumentException("model name \"%s\" is taken".formatted(name));
        }
    }

    /**
     * Says what is awaited before requests can be served.
     *
     * @param progress how far it is, asked for at any time
     */
    public synchronized void loading(String reason, Supplier<LoadState> progress) {
        load = Objects.requireNonNull(progress, "progress");
        if (!(status instanceof Status.Draining)) {
            status = new Status.Loading(Objects.requireNonNull(reason, "reason"));
        }
    }

    /** Opens for requests. */
    public synchronized void ready() {
        if (byName.isEmpty()) {
            throw new IllegalStateException("a server without a model is not ready");
        }
        if (!(status instanceof Status.Draining)) {
            status = new Status.Ready();
        }
    }

    /** Closes for requests, for good. */
    public synchronized void drain() {
        status = new Status.Draining();
    }

    public Status status() {
        return status;
    }

    /** How far it is on the way to its first answer. A server that drains has been there. */
    public LoadState load() {
        return switch (status) {
            case Status.Loading _ -> load.get();
            case Status.Ready() -> LoadState.of(LoadState.Phase.Ready, firstName());
            case Status.Draining() -> LoadState.of(LoadState.Phase.Ready, firstName());
        };
    }

    private String firstName() {
        return models().stream().map(RegisteredModel::name).findFirst().orElse("");
    }

    /** The models, each once. */
    public List<RegisteredModel> models() {
        return byName.values().stream().distinct().toList();
    }

    /** Refuses, with the reason, while nothing can be served. */
    public void requireReady() {
        switch (status) {
            case Status.Ready() -> {}
            case Status.Loading(var reason) ->
                throw ApiException.unavailable("model_loading", "The model is not ready: " + reason, RETRY);
            case Status.Draining() ->
                throw ApiException.unavailable("shutting_down", "The server is shutting down.", RETRY);
        }
    }

    /** The model a client names. */
    public RegisteredModel model(String name) {
        var model = byName.get(name);
        if (model == null) {
            throw ApiException.invalid(
                    404,
                    "model",
                    "model_not_found",
                    "The model `%s` does not exist. This server serves %s."
                            .formatted(
                                    name.length() <= 200 ? name : name.substring(0, 200) + "…",
                                    models().stream()
                                            .map(served -> "`" + served.name() + "`")
                                            .collect(Collectors.joining(", "))));
        }
        return model;
    }

    /**
     * The model of a request: the one it names, or where it names none the only one that serves such requests.
     *
     * @param fit what serves such requests makes of a model, empty for one that is for something else
     */
    public <T> T model(Optional<String> name, Function<RegisteredModel, Optional<T>> fit) {
        if (name.isPresent()) {
            var model = model(name.get());
            return fit.apply(model).orElseThrow(() -> otherUse(model));
        }
        var all = models();
        var fitting = all.stream().flatMap(model -> fit.apply(model).stream()).toList();
        if (fitting.isEmpty() && all.size() == 1) {
            throw otherUse(all.getFirst());
        }
        if (fitting.size() != 1) {
            throw ApiException.invalid(
                    400, "model", "missing_required_parameter", "Missing required parameter: 'model'.");
        }
        return fitting.getFirst();
    }

    private static ApiException otherUse(RegisteredModel model) {
        return ApiException.invalid(
                400,
                "model",
                "model_not_supported",
                "The model `%s` is for something else: it %s.".formatted(model.name(), model.use()));
    }
}
