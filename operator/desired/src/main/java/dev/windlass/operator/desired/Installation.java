package dev.windlass.operator.desired;

import com.fasterxml.jackson.annotation.JsonCreator;
import dev.windlass.api.SchedulingSpec.Effect;
import dev.windlass.api.SchedulingSpec.Operator;
import dev.windlass.api.SchedulingSpec.Toleration;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What whoever installed Windlass decided for all of its resources. Whatever is null takes the standard.
 *
 * @param namespace where the operator and the gateway run
 * @param gateway the gateway's address inside the cluster, which every model's Service leads to
 * @param runtimeImage serves on CPUs
 * @param runtimeGpuImage serves on GPUs
 * @param imagePullSecrets Secrets in each resource's namespace
 * @param defaultGpus the GPUs of a pod whose resource says nothing of them
 * @param gpuClasses what {@code spec.resources.gpu.class} may name
 * @param onCpu what a pod without a GPU asks for where neither spec nor model says
 * @param onGpu what a pod with one does
 * @param monitoringNamespaces from where the pods' metrics may be read
 * @param prometheus the base address of the Prometheus that the checks of canaries ask; empty where there is none
 * @param tracesEndpoint where gateways and runtimes send spans of requests; empty where they send none
 * @param callers whom its gateways can tell apart
 * @param mutualTls whether pods speak TLS, and to whom
 */
public record Installation(
        String namespace,
        String gateway,
        String runtimeImage,
        String runtimeGpuImage,
        List<String> imagePullSecrets,
        Integer defaultGpus,
        Map<String, GpuClass> gpuClasses,
        PodSize onCpu,
        PodSize onGpu,
        List<String> monitoringNamespaces,
        String prometheus,
        String tracesEndpoint,
        Callers callers,
        MutualTls mutualTls) {
    /** The gateway's Service in that namespace. */
    static final String GATEWAY_SERVICE = "windlass-gateway";

    private static final int OPERATOR_PORT = 8081;

    private static final Pattern ADDRESS = Pattern.compile("https?://[^/?#@\\s]+(/[^?#\\s]*)?");

    public static final Installation STANDARD =
            new Installation(null, null, null, null, null, null, null, null, null, null, null, null, null, null);

    public Installation(
            @Nullable String namespace,
            @Nullable String gateway,
            @Nullable String runtimeImage,
            @Nullable String runtimeGpuImage,
            @Nullable List<String> imagePullSecrets,
            @Nullable Integer defaultGpus,
            @Nullable Map<String, GpuClass> gpuClasses,
            @Nullable PodSize onCpu,
            @Nullable PodSize onGpu,
            @Nullable List<String> monitoringNamespaces,
            @Nullable String prometheus,
            @Nullable String tracesEndpoint,
            @Nullable Callers callers,
            @Nullable MutualTls mutualTls) {
        this.namespace = namespace == null ? "windlass-system" : namespace;
        this.gateway = gateway == null ? GATEWAY_SERVICE + "." + this.namespace + ".svc.cluster.local" : gateway;
        this.runtimeImage = runtimeImage == null ? "windlass-runtime:0.1.0" : runtimeImage;
        this.runtimeGpuImage = runtimeGpuImage == null ? "windlass-runtime:0.1.0-cuda" : runtimeGpuImage;
        this.imagePullSecrets = imagePullSecrets == null ? List.of() : List.copyOf(imagePullSecrets);
        this.defaultGpus = defaultGpus == null ? 0 : defaultGpus;
        this.gpuClasses = Collections.unmodifiableMap(new TreeMap<>(gpuClasses == null ? usualClasses() : gpuClasses));
        this.onCpu = onCpu == null ? new PodSize(new Quantity("2"), new Quantity("4Gi")) : onCpu;
        this.onGpu = onGpu == null ? new PodSize(new Quantity("4"), new Quantity("16Gi")) : onGpu;
        this.monitoringNamespaces = monitoringNamespaces == null ? List.of() : List.copyOf(monitoringNamespaces);
        this.prometheus = prometheus == null ? "" : prometheus;
        this.mutualTls = mutualTls == null ? MutualTls.Never : mutualTls;
        this.callers = callers == null ? Callers.ANY : callers;
        this.tracesEndpoint = tracesEndpoint == null ? "" : tracesEndpoint;
        requireAddress("prometheus", this.prometheus, "http://prometheus.monitoring:9090");
        requireAddress("tracesEndpoint", this.tracesEndpoint, "http://collector.observability:4318");
        if (this.defaultGpus < 0) {
            throw new IllegalArgumentException("defaultGpus: expected at least 0, got " + this.defaultGpus);
        }
    }

    private static void requireAddress(String setting, String found, String example) {
        if (!found.isEmpty() && !ADDRESS.matcher(found).matches()) {
            throw new IllegalArgumentException(
                    "%s: expected an address such as %s, got %s".formatted(setting, example, found));
        }
    }

    /** Where anybody in the cluster asks the operator for the numbers that it scales by. */
    String operator() {
        return "http://windlass-operator." + namespace + ".svc:" + OPERATOR_PORT;
    }

    /** The same, with one image for every pod. */
    public Installation withImage(String image) {
        return new Installation(
                namespace,
                gateway,
                image,
                image,
                imagePullSecrets,
                defaultGpus,
                gpuClasses,
                onCpu,
                onGpu,
                monitoringNamespaces,
                prometheus,
                tracesEndpoint,
                callers,
                mutualTls);
    }

    /** The same, with so many GPUs for a pod whose resource says nothing of them. */
    public Installation withDefaultGpus(int gpus) {
        return new Installation(
                namespace,
                gateway,
                runtimeImage,
                runtimeGpuImage,
                imagePullSecrets,
                gpus,
                gpuClasses,
                onCpu,
                onGpu,
                monitoringNamespaces,
                prometheus,
                tracesEndpoint,
                callers,
                mutualTls);
    }

    /** The same, with another word on TLS. */
    public Installation withMutualTls(MutualTls word) {
        return new Installation(
                namespace,
                gateway,
                runtimeImage,
                runtimeGpuImage,
                imagePullSecrets,
                defaultGpus,
                gpuClasses,
                onCpu,
                onGpu,
                monitoringNamespaces,
                prometheus,
                tracesEndpoint,
                callers,
                word);
    }

    /** What is spoken between gateways, operator and the pods of models. Each word goes one step further than the one before. */
    public enum MutualTls {
        /** Plain HTTP. */
        Never,
        /** Gateways and operator can speak TLS, and do to pods that ask for it; pods that begin speak plain HTTP. */
        Accept,
        /** Pods speak TLS, and let in only who proves to be a gateway or the operator. */
        Use,
        /** And gateways send to no other pod. */
        Require;

        /** A file's word, which may be anything. */
        @JsonCreator
        static MutualTls of(Object written) {
            return Arrays.stream(values())
                    .filter(one -> one.name().equals(written))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException(
                            "mutualTls: expected one of %s, got %s".formatted(Arrays.toString(values()), written)));
        }

        /** Whether pods that begin speak TLS. */
        public boolean isUsed() {
            return compareTo(Use) >= 0;
        }
    }

    /** A kind of GPU node: how to get there, and how much memory a GPU has. */
    public record GpuClass(
            Map<String, String> nodeSelector,
            List<Toleration> tolerations,
            @Nullable Quantity memory) {
        public GpuClass(
                @Nullable Map<String, String> nodeSelector,
                @Nullable List<Toleration> tolerations,
                @Nullable Quantity memory) {
            this.nodeSelector =
                    nodeSelector == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(nodeSelector));
            this.tolerations = tolerations == null ? List.of() : List.copyOf(tolerations);
            this.memory = memory;
        }
    }

    /** What a pod asks for, as request and as limit. */
    public record PodSize(Quantity cpu, Quantity memory) {}

    /** The names that NVIDIA's feature discovery gives the nodes of the usual cards. */
    private static Map<String, GpuClass> usualClasses() {
        return Map.of(
                "t4", product("Tesla-T4", "15Gi"),
                "l4", product("NVIDIA-L4", "22Gi"),
                "a10g", product("NVIDIA-A10G", "22Gi"),
                "l40s", product("NVIDIA-L40S", "44Gi"),
                "h100", product("NVIDIA-H100-80GB-HBM3", "79Gi"),
                "h200", product("NVIDIA-H200", "140Gi"));
    }

    private static GpuClass product(String name, String memory) {
        return new GpuClass(
                Map.of("nvidia.com/gpu.product", name),
                List.of(new Toleration("nvidia.com/gpu", Operator.Exists, "", Effect.NoSchedule, null)),
                new Quantity(memory));
    }
}
