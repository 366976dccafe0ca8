package dev.windlass.policy.filter;

import java.util.Optional;

/** The policies there are, at this moment. */
@FunctionalInterface
public interface FilterPolicies {
    /** Nothing where there is none of that name, or none that can be used. */
    Optional<FilterPolicy> find(String namespace, String name);
}
