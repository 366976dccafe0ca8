package dev.windlass.operator.apply;

import dev.windlass.api.LlmDeployment;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.SSABasedGenericKubernetesResourceMatcher;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Applies one resource's objects on the server's side, where they differ from what is there. */
public final class Applier {
    /** Who owns the fields. The same for every version of Windlass, or fields would have two owners. */
    public static final String MANAGER = "windlass-operator";

    private final LlmDeployment resource;
    private final Context<LlmDeployment> context;
    private final KubernetesClient client;
    private final Applied applied;
    private final Set<Class<? extends HasMetadata>> watched;
    /** What was found, by kind and name: one pass looks at each object once. */
    private final Map<String, Optional<HasMetadata>> found = new HashMap<>();

    /** @param watched the kinds whose objects are known without asking the server */
    public Applier(
            LlmDeployment resource,
            Context<LlmDeployment> context,
            Applied applied,
            Set<Class<? extends HasMetadata>> watched) {
        this.resource = resource;
        this.context = context;
        this.client = context.getClient();
        this.applied = applied;
        this.watched = watched;
    }

    /**
     * Makes an object so, if it is not.
     *
     * @throws ForeignObjectException where an object of that name is not this resource's
     */
    public void apply(HasMetadata wanted) {
        Optional<HasMetadata> known = known(wanted);
        if (known.isPresent()) {
            HasMetadata actual = known.orElseThrow();
            requireOwn(wanted, actual);
            String json = client.getKubernetesSerialization().asJson(wanted);
            if (!isWatched(wanted) || applied.isSame(wanted, json, actual) || matches(actual, wanted)) {
                return;
            }
            send(wanted, json);
        } else {
            send(wanted, client.getKubernetesSerialization().asJson(wanted));
        }
    }

    /**
     * Looks whether any of these names is somebody else's, before anything is done.
     *
     * @throws ForeignObjectException where one is
     */
    public void requireFree(List<? extends HasMetadata> wanted) {
        wanted.forEach(object -> known(object).ifPresent(actual -> requireOwn(object, actual)));
    }

    /** Removes an object if it is known to be there and belongs to this resource. */
    public <T extends HasMetadata> void deleteOwn(Class<T> kind, String name) {
        if (!watched.contains(kind)) {
            return;
        }
        context.getSecondaryResourcesAsStream(kind)
                .filter(one -> one.getMetadata().getName().equals(name) && isOwn(one))
                .findFirst()
                .ifPresent(this::delete);
    }

    /** Removes an object of this resource's, if it is there. */
    public void delete(HasMetadata object) {
        client.resource(object).delete();
        applied.forget(object);
    }

    private void send(HasMetadata wanted, String json) {
        HasMetadata stored =
                client.resource(wanted).fieldManager(MANAGER).forceConflicts().serverSideApply();
        applied.remember(wanted, json, stored);
    }

    /**
     * What is there: by what is watched, and by asking where nobody watches, or where somebody else may well have an object of
     * that name, which the resource's own name is.
     */
    private Optional<HasMetadata> known(HasMetadata wanted) {
        return found.computeIfAbsent(
                wanted.getKind() + "/" + wanted.getMetadata().getName(), _ -> look(wanted));
    }

    private Optional<HasMetadata> look(HasMetadata wanted) {
        String name = wanted.getMetadata().getName();
        if (isWatched(wanted)) {
            Optional<? extends HasMetadata> cached = context.getSecondaryResourcesAsStream(wanted.getClass())
                    .filter(one -> one.getMetadata().getName().equals(name))
                    .findFirst();
            if (cached.isPresent() || !name.equals(resource.name())) {
                return cached.map(HasMetadata.class::cast);
            }
        }
        return Optional.ofNullable(client.resource(wanted).get());
    }

    private boolean isWatched(HasMetadata wanted) {
        return watched.contains(wanted.getClass());
    }

    private void requireOwn(HasMetadata wanted, HasMetadata actual) {
        boolean hasOwner = !wanted.getMetadata().getOwnerReferences().isEmpty();
        if (hasOwner && !isOwn(actual)) {
            throw new ForeignObjectException(
                    "%s %s is there and does not belong to this LlmDeployment; rename one of the two"
                            .formatted(actual.getKind(), actual.getMetadata().getName()));
        }
    }

    private boolean isOwn(HasMetadata actual) {
        return actual.getMetadata().getOwnerReferences().stream()
                .map(OwnerReference::getUid)
                .anyMatch(uid -> uid.equals(resource.getMetadata().getUid()));
    }

    private boolean matches(HasMetadata actual, HasMetadata wanted) {
        return SSABasedGenericKubernetesResourceMatcher.<HasMetadata>getInstance()
                .matches(actual, wanted, context);
    }
}
