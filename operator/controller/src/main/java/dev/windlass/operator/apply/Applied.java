package dev.windlass.operator.apply;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What was applied last, so that an object whose stored form differs from the one that was sent, as quantities do, is not sent
 * again and again.
 */
public final class Applied {
    private static final int MOST = 500_000;

    private final Map<String, Version> versions = new ConcurrentHashMap<>();

    /** @param seen the generation, or where a kind has none the resource version, that the server answered with */
    private record Version(int wanted, String seen) {}

    boolean isSame(HasMetadata wanted, String json, HasMetadata actual) {
        Version version = versions.get(key(wanted));
        return version != null
                && version.wanted() == json.hashCode()
                && version.seen().equals(seen(actual));
    }

    void remember(HasMetadata wanted, String json, HasMetadata stored) {
        if (versions.size() > MOST) {
            // Of objects that are gone, most of them; the rest is compared once more.
            versions.clear();
        }
        versions.put(key(wanted), new Version(json.hashCode(), seen(stored)));
    }

    void forget(HasMetadata object) {
        versions.remove(key(object));
    }

    private static String key(HasMetadata object) {
        return object.getMetadata().getNamespace() + "/" + object.getKind() + "/"
                + object.getMetadata().getName();
    }

    private static String seen(HasMetadata object) {
        Long generation = object.getMetadata().getGeneration();
        return generation == null
                ? Objects.toString(object.getMetadata().getResourceVersion(), "")
                : "generation " + generation;
    }
}
