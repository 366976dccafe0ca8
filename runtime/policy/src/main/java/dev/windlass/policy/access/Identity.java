package dev.windlass.policy.access;

import dev.windlass.policy.Caller;
import java.util.Set;

/**
 * A caller, and what the caller may ask.
 *
 * @param models the names of models; empty for all
 */
public record Identity(Caller caller, Set<String> models) {
    /** Of a deployment that asks nobody. */
    static final Identity ANYBODY = new Identity(Caller.ANONYMOUS, Set.of());

    public Identity {
        models = Set.copyOf(models);
    }

    /**
     * Whether the caller may use a model.
     *
     * @param name as a request gives it: with its namespace in front, or without
     */
    public boolean mayUse(String name) {
        return models.isEmpty() || models.contains(name) || models.contains(name.substring(name.indexOf('/') + 1));
    }
}
