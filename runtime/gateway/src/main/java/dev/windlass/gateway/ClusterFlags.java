package dev.windlass.gateway;

import dev.windlass.gateway.cluster.ApiServer;
import dev.windlass.gateway.edge.Accounts;
import dev.windlass.gateway.edge.Policies;
import dev.windlass.gateway.route.CurrentRoutes;
import dev.windlass.gateway.source.ClusterWatch;
import dev.windlass.gateway.upstream.RuntimeTls;
import dev.windlass.policy.keys.CurrentKeys;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A cluster that the routes come from. */
final class ClusterFlags {
    @Option(
            names = "--cluster",
            required = true,
            description = "the LlmDeployments of the cluster it runs in, or that the current context of kubectl names")
    @SuppressWarnings("unused") // That the group is there says it.
    private boolean chosen;

    @Option(
            names = "--watch-namespace",
            paramLabel = "NAME",
            description = "of this namespace only; may be repeated (all)")
    private List<String> namespaces = List.of();

    @Option(
            names = "--keys-namespace",
            paramLabel = "NAMESPACE",
            description =
                    "keys are in the Secrets of this namespace that have the label windlass.dev/keys, * for those of"
                            + " all; may be repeated (none)")
    private List<String> keyNamespaces = List.of();

    @Option(
            names = "--service-accounts",
            paramLabel = "AUDIENCE",
            description = "ask the API server about callers' service account tokens, which have to be for this audience"
                    + " (spec.auth.mode ServiceAccount lets nobody in)")
    private @Nullable String audience;

    /** The service accounts that callers may be; null where the command line lets in none. */
    @Nullable
    Accounts accounts(ApiServer server) {
        return audience == null ? null : new Accounts(server.accounts(), audience);
    }

    boolean hasKeys() {
        return !keyNamespaces.isEmpty();
    }

    ClusterWatch watch(CurrentRoutes routes, Policies policies, RuntimeTls tls) {
        return ClusterWatch.start(
                new KubernetesClientBuilder().build(),
                Set.copyOf(namespaces),
                routes,
                tls,
                policies.filterPolicies(),
                secrets(policies.keys()));
    }

    private ClusterWatch.@Nullable KeySecrets secrets(CurrentKeys keys) {
        return hasKeys()
                ? new ClusterWatch.KeySecrets(keys, keyNamespaces.contains("*") ? Set.of() : Set.copyOf(keyNamespaces))
                : null;
    }
}
