package dev.windlass.policy.filter;

import dev.windlass.api.LlmFilterPolicy;
import dev.windlass.api.LlmFilterPolicySpec;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The policies that some source has, which replaces them as a whole. */
public final class CurrentFilterPolicies implements FilterPolicies {
    private static final Logger LOG = LoggerFactory.getLogger(CurrentFilterPolicies.class);

    private volatile Map<Name, Entry> policies = Map.of();

    private record Name(String namespace, String name) {}

    /** @param policy null where it cannot be used */
    private record Entry(LlmFilterPolicySpec spec, @Nullable FilterPolicy policy) {}

    /** Those of a file, which do not change. */
    public static CurrentFilterPolicies of(Collection<LlmFilterPolicy> policies) {
        var current = new CurrentFilterPolicies();
        current.replace(policies);
        return current;
    }

    /** Makes these the policies; those that are as before are not made ready again. Called by one thread at a time. */
    public void replace(Collection<LlmFilterPolicy> next) {
        Map<Name, Entry> replaced = HashMap.newHashMap(next.size());
        for (var policy : next) {
            var name = new Name(policy.namespace(), policy.name());
            var known = policies.get(name);
            replaced.put(name, known != null && known.spec().equals(policy.spec()) ? known : entry(policy));
        }
        policies = Map.copyOf(replaced);
    }

    private static Entry entry(LlmFilterPolicy policy) {
        try {
            return new Entry(policy.spec(), FilterPolicy.of(policy));
        } catch (IllegalArgumentException problem) {
            LOG.warn("cannot be used: {}", problem.getMessage());
            return new Entry(policy.spec(), null);
        }
    }

    @Override
    public Optional<FilterPolicy> find(String namespace, String name) {
        return Optional.ofNullable(policies.get(new Name(namespace, name))).map(Entry::policy);
    }
}
