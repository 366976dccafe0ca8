package dev.windlass.policy.access;

import dev.windlass.policy.Caller;
import java.util.Set;

/**
 * A caller, and what the caller may ask.
 *
 * @param models the names of models; empty for all
 * @param isWelcome false for somebody who is known, and may ask nothing here
 */
public record Identity(Caller caller, Set<String> models, boolean isWelcome) {
    public Identity {
        models = Set.copyOf(models);
    }

    /** A caller who may ask these models; all where there is none. */
    public Identity(Caller caller, Set<String> models) {
        this(caller, models, true);
    }

    /** A caller who may ask whatever there is. */
    public static Identity of(Caller caller) {
        return new Identity(caller, Set.of());
    }

    /** Somebody who is known, and may ask nothing here. */
    public static Identity stranger(Caller caller) {
        return new Identity(caller, Set.of(), false);
    }

    /** Whether the caller may use every model. */
    boolean mayUseAll() {
        return isWelcome && models.isEmpty();
    }

    /**
     * Whether the caller may use a model.
     *
     * @param name as a request gives it: with its namespace in front, or without
     */
    public boolean mayUse(String name) {
        return isWelcome
                && (models.isEmpty()
                        || models.contains(name)
                        || models.contains(name.substring(name.indexOf('/') + 1)));
    }
}
