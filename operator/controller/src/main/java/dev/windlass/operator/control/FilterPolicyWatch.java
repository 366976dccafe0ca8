package dev.windlass.operator.control;

import dev.windlass.api.LlmDeployment;
import dev.windlass.api.LlmFilterPolicy;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Filter policies, which are their users' own, and shared: each is everybody's who names it. Their definition may come later than the operator. */
final class FilterPolicyWatch {
    private @Nullable EventSourceContext<LlmDeployment> sources;
    private @Nullable InformerEventSource<LlmFilterPolicy, LlmDeployment> policies;

    /** Begins to watch, where there is such a definition. */
    synchronized Optional<EventSource<?, LlmDeployment>> source(EventSourceContext<LlmDeployment> context) {
        sources = context;
        if (context.getClient().supports(LlmFilterPolicy.class)) {
            policies = watch(context);
        }
        return Optional.ofNullable(policies);
    }

    /** The policy that a resource names; null where there is none. */
    synchronized @Nullable LlmFilterPolicy policy(LlmDeployment resource, Context<LlmDeployment> context) {
        String name = name(resource);
        EventSourceContext<LlmDeployment> prepared = sources;
        if (name.isEmpty() || prepared == null) {
            return null;
        }
        if (policies == null && context.getClient().supports(LlmFilterPolicy.class)) {
            policies = watch(prepared);
            context.eventSourceRetriever().dynamicallyRegisterEventSource(policies);
        }
        return policies == null
                ? null
                : policies.get(new ResourceID(name, resource.namespace())).orElse(null);
    }

    private static InformerEventSource<LlmFilterPolicy, LlmDeployment> watch(
            EventSourceContext<LlmDeployment> context) {
        return new InformerEventSource<>(
                InformerEventSourceConfiguration.from(LlmFilterPolicy.class, LlmDeployment.class)
                        .withSecondaryToPrimaryMapper(policy -> context.getPrimaryCache()
                                .list(resource -> resource.namespace().equals(policy.namespace())
                                        && name(resource).equals(policy.name()))
                                .map(ResourceID::fromResource)
                                .collect(Collectors.toSet()))
                        .build(),
                context);
    }

    private static String name(LlmDeployment resource) {
        var filter = resource.spec().contentFilter();
        return filter == null || filter.policyRef() == null
                ? ""
                : filter.policyRef().name();
    }
}
