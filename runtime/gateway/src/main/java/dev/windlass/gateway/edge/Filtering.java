package dev.windlass.gateway.edge;

import dev.windlass.gateway.measure.Measurements;
import dev.windlass.gateway.route.CurrentRoutes;
import dev.windlass.gateway.upstream.ConnectionPool;
import dev.windlass.gateway.upstream.RuntimeTls;
import dev.windlass.policy.Arrival;
import dev.windlass.policy.EdgePolicy;
import dev.windlass.policy.filter.Classifier;
import dev.windlass.policy.filter.ContentFilter;
import dev.windlass.policy.filter.CurrentFilterPolicies;
import io.prometheus.metrics.model.registry.MultiCollector;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The content filter of a gateway: its policies, the connections to the classifiers that it asks, and what it counts. */
public final class Filtering implements AutoCloseable {
    private static final Duration DEADLINE = Duration.ofSeconds(2);

    private final CurrentFilterPolicies policies = new CurrentFilterPolicies();
    private final ConnectionPool pool;
    private final FilterCounts counts;
    private final Classifier classifier;
    private final EdgePolicy policy;

    /**
     * Begins without policies.
     *
     * @param routes to classifiers, which are deployments like others
     * @param headers that runtimes want to see
     * @param tls what runtimes are shown that want to see something
     */
    public Filtering(CurrentRoutes routes, Map<String, String> headers, RuntimeTls tls) {
        this.pool = new ConnectionPool(tls);
        this.classifier = new RouteClassifier(routes, headers, pool, DEADLINE);
        this.counts = new FilterCounts(routes, policies);
        this.policy = new ContentFilter(policies, classifier, counts);
        routes.subscribe(pool::retain);
        routes.subscribe(counts::retain);
    }

    /** What filters: behind whoever knows callers and counts requests, and before whoever remembers answers. */
    public EdgePolicy policy() {
        return policy;
    }

    /** What asks the models that judge texts. */
    public Classifier classifier() {
        return classifier;
    }

    /** The policies, for whoever knows them to fill. */
    public CurrentFilterPolicies policies() {
        return policies;
    }

    /** A text as an audit may keep it: without what the rules of the deployment's policy match. As it is where there is no policy. */
    public String redact(String text, Arrival.Target target) {
        var filter = target.settings().contentFilter();
        return filter == null
                ? text
                : policies.find(target.namespace(), filter)
                        .map(found -> found.redact(text))
                        .orElse(text);
    }

    /** Tells revisions of their answers that were cut off. */
    public void tell(Measurements measurements) {
        counts.tell(measurements);
    }

    public List<MultiCollector> series() {
        return List.of(counts);
    }

    @Override
    public void close() {
        pool.close();
    }
}
