package dev.windlass.gateway.source;

import dev.windlass.api.LlmDeployment;
import dev.windlass.api.LlmFilterPolicy;
import dev.windlass.gateway.route.CurrentRoutes;
import dev.windlass.gateway.upstream.RuntimeTls;
import dev.windlass.policy.filter.CurrentFilterPolicies;
import dev.windlass.policy.keys.CurrentKeys;
import dev.windlass.policy.keys.KeySecret;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Informable;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps routes, filter policies and keys as a cluster has them. Watches that break begin anew by themselves, and meanwhile the routes stay. Owns its
 * client.
 */
public final class ClusterWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterWatch.class);
    /** A rollout changes many things at once; they make one table. */
    private static final Duration GATHER = Duration.ofMillis(10);
    /** A table of a thousand models takes some 20 ms to make: a cluster that never rests must leave the rest to requests. */
    private static final Duration REST = Duration.ofMillis(40);

    private final KubernetesClient client;
    private final CurrentRoutes routes;
    private final CurrentFilterPolicies policies;
    private final List<SharedIndexInformer<LlmDeployment>> resources = new ArrayList<>();
    private final List<SharedIndexInformer<LlmFilterPolicy>> filters = new ArrayList<>();
    private final List<SharedIndexInformer<EndpointSlice>> slices = new ArrayList<>();
    private final List<SharedIndexInformer<Secret>> secrets = new ArrayList<>();
    private final @Nullable ClusterKeys keys;
    private final Reachability reachability;
    private final Semaphore changes = new Semaphore(0);
    private final Thread thread;
    private List<String> problems = List.of();
    private volatile boolean closed;

    /**
     * Keys that a cluster's Secrets hold.
     *
     * @param keys are filled
     * @param namespaces with such Secrets; none stands for all
     */
    public record KeySecrets(CurrentKeys keys, Set<String> namespaces) {
        public KeySecrets {
            namespaces = Set.copyOf(namespaces);
        }
    }

    private ClusterWatch(
            KubernetesClient client,
            CurrentRoutes routes,
            RuntimeTls tls,
            CurrentFilterPolicies policies,
            @Nullable ClusterKeys keys) {
        this.client = client;
        this.reachability = new Reachability(tls, this::changed);
        this.routes = routes;
        this.policies = policies;
        this.keys = keys;
        this.thread = Thread.ofPlatform().name("routes").daemon().unstarted(this::keep);
    }

    /**
     * Begins to watch. The routes are filled when everything has been read once.
     *
     * @param namespaces none stands for all
     * @param tls what runtimes are shown that want to see something
     * @param secrets where keys are; null leaves all Secrets alone
     */
    public static ClusterWatch start(
            KubernetesClient client,
            Set<String> namespaces,
            CurrentRoutes routes,
            RuntimeTls tls,
            CurrentFilterPolicies policies,
            @Nullable KeySecrets secrets) {
        var watch = new ClusterWatch(
                client, routes, tls, policies, secrets == null ? null : new ClusterKeys(secrets.keys()));
        if (secrets != null) {
            watch.watchSecrets(secrets.namespaces());
        }
        if (namespaces.isEmpty()) {
            watch.resources.add(
                    watch.informer(client.resources(LlmDeployment.class).inAnyNamespace()));
            watch.filters.add(
                    watch.informer(client.resources(LlmFilterPolicy.class).inAnyNamespace()));
            watch.slices.add(watch.informer(
                    client.discovery().v1().endpointSlices().inAnyNamespace().withLabel(SliceReading.REVISION)));
        }
        for (String namespace : namespaces) {
            watch.resources.add(
                    watch.informer(client.resources(LlmDeployment.class).inNamespace(namespace)));
            watch.filters.add(
                    watch.informer(client.resources(LlmFilterPolicy.class).inNamespace(namespace)));
            watch.slices.add(watch.informer(client.discovery()
                    .v1()
                    .endpointSlices()
                    .inNamespace(namespace)
                    .withLabel(SliceReading.REVISION)));
        }
        watch.thread.start();
        return watch;
    }

    private void watchSecrets(Set<String> namespaces) {
        if (namespaces.isEmpty()) {
            secrets.add(informer(client.secrets().inAnyNamespace().withLabel(KeySecret.LABEL)));
        }
        for (String namespace : namespaces) {
            secrets.add(informer(client.secrets().inNamespace(namespace).withLabel(KeySecret.LABEL)));
        }
    }

    private <T extends HasMetadata> SharedIndexInformer<T> informer(Informable<T> what) {
        SharedIndexInformer<T> informer = what.runnableInformer(0);
        informer.exceptionHandler((isStarted, problem) -> {
            LOG.warn(
                    "{}s at {} cannot be watched now, and will be asked for again: {}",
                    informer.getApiTypeClass().getSimpleName(),
                    client.getMasterUrl(),
                    problem.getMessage());
            return !closed;
        });
        informer.addEventHandler(new ResourceEventHandler<>() {
            @Override
            public void onAdd(T object) {
                changed();
            }

            @Override
            public void onUpdate(T before, T after) {
                changed();
            }

            @Override
            public void onDelete(T object, boolean isUnknown) {
                changed();
            }

            @Override
            public void onNothing() {
                changed();
            }
        });
        var _ = informer.start();
        return informer;
    }

    private void changed() {
        changes.release();
    }

    private void keep() {
        try {
            while (!closed) {
                changes.acquire();
                Thread.sleep(GATHER);
                changes.drainPermits();
                if (isRead()) {
                    replace();
                } else {
                    // The last of the first lists tells nobody when it has come.
                    changed();
                }
                Thread.sleep(REST);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isRead() {
        return resources.stream().allMatch(SharedIndexInformer::hasSynced)
                && slices.stream().allMatch(SharedIndexInformer::hasSynced)
                && filters.stream().allMatch(SharedIndexInformer::hasSynced)
                && secrets.stream().allMatch(SharedIndexInformer::hasSynced);
    }

    private void replace() {
        try {
            if (keys != null) {
                keys.replace(all(secrets));
            }
            policies.replace(all(filters));
            var reading = ClusterReading.of(all(resources), all(slices));
            report(reading.problems());
            reachability.retain(reading.ready());
            routes.replace(reading.table(reachability::isReached));
        } catch (RuntimeException problem) {
            LOG.error("the routes stay as they are", problem);
        }
    }

    private static <T> List<T> all(List<SharedIndexInformer<T>> informers) {
        return informers.stream()
                .flatMap(informer -> informer.getStore().list().stream())
                .toList();
    }

    /** Says each once, and not at every change of something else. */
    private void report(List<String> found) {
        found.stream()
                .filter(problem -> !problems.contains(problem))
                .forEach(problem -> LOG.warn("left out: {}", problem));
        problems = found;
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        resources.forEach(SharedIndexInformer::stop);
        filters.forEach(SharedIndexInformer::stop);
        slices.forEach(SharedIndexInformer::stop);
        secrets.forEach(SharedIndexInformer::stop);
        reachability.close();
        client.close();
    }
}
