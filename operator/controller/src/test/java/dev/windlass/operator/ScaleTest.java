package dev.windlass.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.windlass.testing.KubeApi;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * An operator that starts where there are many resources and nothing else. A short form in every build; {@code
 * -Dwindlass.scale.resources=1000} and more print what docs/testing.md quotes.
 */
class ScaleTest {
    @RegisterExtension
    static final KubeApi kube = KubeApi.with(Path.of("../../crds/llmdeployments.windlass.dev.yaml"));

    private static final int RESOURCES = Integer.getInteger("windlass.scale.resources", 40);

    private final Map<String, LongAdder> calls = new ConcurrentHashMap<>();

    @Test
    void reconcilesFromColdAndThenWritesNothing() throws Exception {
        create();
        long heapBefore = usedHeap();
        var seen = new ConcurrentHashMap<String, Long>();
        var all = new CountDownLatch(RESOURCES);
        try (KubernetesClient watcher = kube.newClient();
                SharedIndexInformer<Deployment> informer = watch(watcher, seen, all)) {
            long start = System.nanoTime();
            try (TestedOperator operator = startOperator()) {
                assertThat(all.await(RESOURCES / 5 + 120, TimeUnit.SECONDS)).isTrue();
                awaitQuiet();
                report(start, seen, usedHeap() - heapBefore);
                calls.clear();
                Thread.sleep(5000);
                assertThat(writes()).as("writes at rest: %s", calls).isZero();
                assertThat(operator.port()).isPositive();
                assertThat(informer.isRunning()).isTrue();
            }
            calls.clear();
            try (TestedOperator next = startOperator()) {
                Thread.sleep(Math.max(4000, RESOURCES * 4L));
                System.out.printf(
                        "another operator took over %d resources with %d writes: %s%n", RESOURCES, writes(), calls);
                assertThat(writes())
                        .as("writes of an operator that takes over: %s", calls)
                        .isZero();
                assertThat(next.port()).isPositive();
            }
        }
    }

    private TestedOperator startOperator() throws IOException {
        return TestedOperator.on(kube)
                .withoutGateway()
                .look(Duration.ofSeconds(2))
                .http(builder -> builder.addOrReplaceInterceptor("count", new Interceptor() {
                    @Override
                    public void before(BasicBuilder request, HttpRequest sent, RequestTags tags) {
                        calls.computeIfAbsent(sent.method() + " " + kind(sent.uri()), _ -> new LongAdder())
                                .increment();
                    }
                }))
                .start();
    }

    private static void create() throws Exception {
        try (var threads = Executors.newFixedThreadPool(8)) {
            var created = IntStream.range(0, RESOURCES)
                    .<Future<?>>mapToObj(i -> threads.submit(() -> kube.client()
                            .resource(kube.client()
                                    .getKubernetesSerialization()
                                    .unmarshal("""
                                            apiVersion: windlass.dev/v1alpha1
                                            kind: LlmDeployment
                                            metadata: {name: m%d}
                                            spec: {model: {uri: 'hf://a/b'}}
                                            """.formatted(i), GenericKubernetesResource.class))
                            .inNamespace(kube.namespace())
                            .create()))
                    .toList();
            for (Future<?> one : created) {
                one.get();
            }
        }
    }

    private static SharedIndexInformer<Deployment> watch(
            KubernetesClient client, Map<String, Long> seen, CountDownLatch all) {
        return client.apps().deployments().inNamespace(kube.namespace()).inform(new ResourceEventHandler<>() {
            @Override
            public void onAdd(Deployment deployment) {
                if (seen.putIfAbsent(deployment.getMetadata().getName(), System.nanoTime()) == null) {
                    all.countDown();
                }
            }

            @Override
            public void onUpdate(Deployment before, Deployment after) {}

            @Override
            public void onDelete(Deployment deployment, boolean isUnknown) {}
        });
    }

    /** Statuses follow the objects. */
    private void awaitQuiet() throws InterruptedException {
        long before = -1;
        while (writes() != before) {
            before = writes();
            Thread.sleep(5000);
        }
    }

    private long writes() {
        return calls.entrySet().stream()
                .filter(entry -> !entry.getKey().startsWith("GET"))
                .mapToLong(entry -> entry.getValue().sum())
                .sum();
    }

    private void report(long start, Map<String, Long> seen, long heap) {
        long[] times = seen.values().stream()
                .mapToLong(at -> (at - start) / 1_000_000)
                .sorted()
                .toArray();
        long total = calls.values().stream().mapToLong(LongAdder::sum).sum();
        System.out.printf(
                "%d resources from cold: Deployment created after p50 %.1f s, p99 %.1f s, last %.1f s; %.1f API calls each, %.1f of them writes; %d MB of heap more%n%s%n",
                RESOURCES,
                times[times.length / 2] / 1e3,
                times[Math.min(times.length - 1, times.length * 99 / 100)] / 1e3,
                Arrays.stream(times).max().orElse(0) / 1e3,
                (double) total / RESOURCES,
                (double) writes() / RESOURCES,
                heap >> 20,
                new java.util.TreeMap<>(calls));
    }

    private static long usedHeap() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private static String kind(URI uri) {
        String[] parts = uri.getPath().split("/");
        int namespaces = Arrays.asList(parts).indexOf("namespaces");
        String kind = namespaces >= 0 && parts.length > namespaces + 2 ? parts[namespaces + 2] : uri.getPath();
        return parts[parts.length - 1].equals("status") ? kind + "/status" : kind;
    }
}
