package dev.windlass.policy.filter;

import dev.windlass.api.ContentFilterSpec;
import java.util.Optional;

/** The policies there are, at this moment. */
@FunctionalInterface
public interface FilterPolicies {
    /** Nothing where there is none of that name, or none that can be used. */
    Optional<FilterPolicy> find(String namespace, String name);

    /** The one that a deployment of this namespace names. */
    default Optional<FilterPolicy> find(String namespace, ContentFilterSpec spec) {
        var reference = spec.policyRef();
        return reference == null ? Optional.empty() : find(namespace, reference.name());
    }
}
