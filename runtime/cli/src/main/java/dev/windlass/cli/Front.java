package dev.windlass.cli;

import dev.windlass.api.AuthSpec;
import dev.windlass.gateway.EdgeFlags;
import dev.windlass.gateway.Gateway;
import dev.windlass.gateway.GatewayOptions;
import dev.windlass.gateway.edge.Policies;
import dev.windlass.gateway.operations.LoneRuntime;
import dev.windlass.gateway.route.Balancing;
import dev.windlass.gateway.route.CurrentRoutes;
import dev.windlass.gateway.route.Deployment;
import dev.windlass.gateway.route.DeploymentName;
import dev.windlass.gateway.route.Endpoint;
import dev.windlass.gateway.route.HoldLimits;
import dev.windlass.gateway.route.RouteTable;
import dev.windlass.gateway.route.Sticky;
import dev.windlass.gateway.upstream.RuntimeTls;
import dev.windlass.http.Hop;
import dev.windlass.policy.EdgePolicy;
import dev.windlass.policy.EdgeSettings;
import dev.windlass.policy.Passage;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * The gateway before a runtime of the same process, which applies the policies that its models ask for. The runtime listens where only this process
 * is let in.
 */
final class Front implements AutoCloseable {
    /** Of models that ask nobody, where the command line has keys: any of them. */
    private static final AuthSpec ANY_KEY = new AuthSpec(AuthSpec.Mode.ApiKey, new AuthSpec.Selector(Map.of()), null);

    private final Policies policies;
    private final Gateway gateway;

    private Front(Policies policies, Gateway gateway) {
        this.policies = policies;
        this.gateway = gateway;
    }

    /**
     * A model as the front has to know it.
     *
     * @param names what clients call it, the first being what its runtime calls it
     */
    record Model(String namespace, String deployment, List<String> names, EdgeSettings edge) {
        Model {
            names = List.copyOf(names);
        }
    }

    /** Whether there is something to do before the runtime. */
    static boolean isNeeded(List<Model> models, EdgeFlags flags) {
        return flags.hasKeys()
                || flags.tls() != null
                || models.stream().anyMatch(model -> !model.edge().asksForNothing());
    }

    /** What a runtime wants to see of whoever calls it. */
    static String secret() {
        return new BigInteger(256, new SecureRandom()).toString(Character.MAX_RADIX);
    }

    /**
     * Starts to listen.
     *
     * @throws java.io.UncheckedIOException when the address cannot be bound, or a file not be read
     */
    static Front start(
            String host, int port, EdgeFlags flags, Deployments deployments, int runtimePort, String secret) {
        var routes = new CurrentRoutes();
        var policies = flags.policies(routes, deployments.keyFiles(), Map.of(Hop.SECRET, secret), RuntimeTls.NONE);
        try {
            policies.filterPolicies().replace(deployments.filterPolicies());
            routes.replace(table(deployments.guarded(), flags, runtimePort));
            var edge = policies.edge();
            EdgePolicy shows = arrival -> {
                arrival.forward(Hop.SECRET, secret);
                return Passage.FREE;
            };
            var gateway = Gateway.startAlone(
                    GatewayOptions.DEFAULT.withAddress(host, port, 0).withTls(flags.tls()),
                    routes,
                    edge.then(shows),
                    new LoneRuntime(runtimePort, Map.of(Hop.SECRET, secret)));
            return new Front(policies, gateway);
        } catch (RuntimeException e) {
            policies.close();
            throw e;
        }
    }

    private static RouteTable table(List<Model> models, EdgeFlags flags, int runtimePort) {
        return RouteTable.of(
                models.stream().map(model -> deployment(model, flags)).toList(),
                models.stream()
                        .map(model -> new RouteTable.Backend(
                                name(model), new Endpoint("127.0.0.1", runtimePort, model.deployment(), true, false)))
                        .toList());
    }

    private static DeploymentName name(Model model) {
        return new DeploymentName(model.namespace(), model.deployment());
    }

    private static Deployment deployment(Model model, EdgeFlags flags) {
        boolean isOpen = model.edge().auth().mode() == AuthSpec.Mode.None;
        return new Deployment(
                name(model),
                Instant.now(),
                model.names(),
                model.names().getFirst(),
                List.of(new Deployment.Revision(model.deployment(), null, 100)),
                Sticky.NONE,
                List.of(),
                null,
                Balancing.LeastLoad,
                HoldLimits.DEFAULT,
                flags.hasKeys() && isOpen ? model.edge().withAuth(ANY_KEY) : model.edge(),
                false,
                false);
    }

    int port() {
        return gateway.port();
    }

    /** Refuses new requests and lets what runs go on for so long. */
    void close(Duration drain) {
        gateway.close(Duration.ZERO, drain);
        policies.close();
    }

    @Override
    public void close() {
        close(Duration.ZERO);
    }
}
