package dev.windlass.server.metrics;

import static dev.windlass.server.metrics.VllmSeries.ENGINE;
import static dev.windlass.server.metrics.VllmSeries.labels;

import dev.windlass.engine.Engine;
import dev.windlass.engine.EngineSnapshot;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** The gauges of vLLM: how things stand in the engines at the moment of a scrape. */
final class VllmGauges {
    private final PrometheusRegistry registry;
    private final Map<String, Engine> engines = new ConcurrentHashMap<>();
    private final Map<String, Supplier<Load>> loads = new ConcurrentHashMap<>();
    private final Info cacheConfiguration;

    VllmGauges(PrometheusRegistry registry, InstantSource clock) {
        this.registry = registry;
        load("num_requests_running", "Requests that are being computed.", Load::running);
        load("num_requests_waiting", "Requests that wait for their turn.", Load::waiting);
        gauge("num_requests_swapped", "Always 0: nothing is swapped.", _ -> 0);
        gauge("kv_cache_usage_perc", "Share of the key-value cache in use, 0 to 1.", EngineSnapshot::kvUsage);
        gauge("gpu_cache_usage_perc", "Old name of kv_cache_usage_perc.", EngineSnapshot::kvUsage);
        waitingByReason();
        sleepState();
        cacheConfiguration = Info.builder()
                .name("vllm:cache_config_info")
                .help("How the key-value cache is divided: a block is a slot.")
                .labelNames("model_name", "engine", "block_size", "num_gpu_blocks", "enable_prefix_caching")
                .register(registry);
        adapters(clock);
    }

    /** How busy a model of any kind is: what autoscalers look at. */
    record Load(int running, int waiting) {}

    /** Observes how busy a model is from now on. */
    void add(String model, Supplier<Load> load) {
        loads.put(model, load);
    }

    /** Observes an engine from now on. */
    void add(String model, Engine engine) {
        engines.put(model, engine);
        add(model, () -> {
            var snapshot = engine.snapshot();
            return new Load(snapshot.running(), snapshot.waiting());
        });
        cacheConfiguration.addLabelValues(
                model,
                ENGINE,
                Integer.toString(engine.capacity()),
                Integer.toString(engine.snapshot().slots()),
                engine.reusesPrefixes() ? "True" : "False");
    }

    private void load(String name, String help, ToDoubleFunction<Load> value) {
        GaugeWithCallback.builder()
                .name("vllm:" + name)
                .help(help)
                .labelNames(labels())
                .callback(callback ->
                        loads.forEach((model, load) -> callback.call(value.applyAsDouble(load.get()), model, ENGINE)))
                .register(registry);
    }

    private void gauge(String name, String help, ToDoubleFunction<EngineSnapshot> value) {
        GaugeWithCallback.builder()
                .name("vllm:" + name)
                .help(help)
                .labelNames(labels())
                .callback(callback -> engines.forEach(
                        (model, engine) -> callback.call(value.applyAsDouble(engine.snapshot()), model, ENGINE)))
                .register(registry);
    }

    private void waitingByReason() {
        GaugeWithCallback.builder()
                .name("vllm:num_requests_waiting_by_reason")
                .help("Requests that wait, by what they wait for.")
                .labelNames(labels("reason"))
                .callback(callback -> engines.forEach((model, engine) -> {
                    var snapshot = engine.snapshot();
                    callback.call(snapshot.waiting(), model, ENGINE, "capacity");
                    callback.call(snapshot.paused(), model, ENGINE, "deferred");
                }))
                .register(registry);
    }

    private void sleepState() {
        GaugeWithCallback.builder()
                .name("vllm:engine_sleep_state")
                .help("1 for the state the engine is in: always awake.")
                .labelNames(labels("sleep_state"))
                .callback(callback -> engines.keySet().forEach(model -> {
                    callback.call(1, model, ENGINE, "awake");
                    callback.call(0, model, ENGINE, "weights_offloaded");
                    callback.call(0, model, ENGINE, "discard_all");
                }))
                .register(registry);
    }

    /** There are none, and the Gateway API's inference extension wants to read so. */
    private void adapters(InstantSource clock) {
        Gauge.builder()
                .name("vllm:lora_requests_info")
                .help("Adapters in use, none; the value is when that last changed, in seconds since 1970.")
                .labelNames("max_lora", "running_lora_adapters", "waiting_lora_adapters")
                .withoutExemplars()
                .register(registry)
                .labelValues("0", "", "")
                .set(clock.millis() / 1e3);
    }
}
