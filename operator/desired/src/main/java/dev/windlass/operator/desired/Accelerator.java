package dev.windlass.operator.desired;

import dev.windlass.api.InvalidResourceException;
import dev.windlass.api.ResourcesSpec.Gpu;
import dev.windlass.api.SchedulingSpec;
import dev.windlass.api.VersionedSpec;
import dev.windlass.operator.desired.Installation.GpuClass;
import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.AffinityBuilder;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirementBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Toleration;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What computes in a pod, and which nodes have it.
 *
 * @param count 0 computes on CPUs
 * @param resource the extended resource to ask for; null where there is none, or where a claim asks for devices
 */
record Accelerator(
        int count,
        @Nullable String resource,
        Map<String, String> nodeSelector,
        List<Toleration> tolerations,
        @Nullable Affinity affinity) {
    private static final String GPU = "nvidia.com/gpu";
    private static final String MIG = "nvidia.com/mig-";
    /** What NVIDIA's feature discovery says of a node's GPUs, in MiB. */
    private static final String GPU_MEMORY = "nvidia.com/gpu.memory";

    private static final SchedulingSpec.Toleration GPU_TAINT = new SchedulingSpec.Toleration(
            GPU, SchedulingSpec.Operator.Exists, "", SchedulingSpec.Effect.NoSchedule, null);

    static Accelerator of(VersionedSpec spec, Installation installation) {
        Gpu gpu = spec.resources().gpu();
        int count = gpu == null ? usualCount(spec, installation) : gpu.count();
        var selector = new TreeMap<String, String>();
        var tolerations = new LinkedHashSet<SchedulingSpec.Toleration>();
        if (count > 0) {
            tolerations.add(GPU_TAINT);
        }
        GpuClass gpuClass = gpu == null || gpu.gpuClass().isEmpty() ? null : known(gpu, installation);
        if (gpuClass != null) {
            selector.putAll(gpuClass.nodeSelector());
            tolerations.addAll(gpuClass.tolerations());
        }
        selector.putAll(spec.scheduling().nodeSelector());
        tolerations.addAll(spec.scheduling().tolerations());
        return new Accelerator(
                count,
                resource(gpu, count),
                selector,
                tolerations.stream().map(Accelerator::toleration).toList(),
                gpu == null || gpuClass != null || gpu.dra() != null || gpu.mig() != null
                        ? null
                        : withMemory(gpu.memory()));
    }

    /**
     * Nothing but CPUs.
     *
     * @param servesOnCpu whether the pods that serve have no GPU either. Where they have one, their nodes are the dear ones
     */
    static Accelerator none(VersionedSpec spec, boolean servesOnCpu) {
        return new Accelerator(
                0,
                null,
                servesOnCpu ? spec.scheduling().nodeSelector() : Map.of(),
                spec.scheduling().tolerations().stream()
                        .map(Accelerator::toleration)
                        .toList(),
                null);
    }

    boolean isGpu() {
        return count > 0;
    }

    private static int usualCount(VersionedSpec spec, Installation installation) {
        return switch (spec.runtime().provider()) {
            case Auto -> installation.defaultGpus();
            case Cpu -> 0;
            case Cuda, TensorRT -> Math.max(1, installation.defaultGpus());
        };
    }

    private static @Nullable String resource(@Nullable Gpu gpu, int count) {
        if (count == 0 || (gpu != null && gpu.dra() != null)) {
            return null;
        }
        return gpu == null || gpu.mig() == null ? GPU : MIG + gpu.mig();
    }

    private static GpuClass known(Gpu gpu, Installation installation) {
        GpuClass found = installation.gpuClasses().get(gpu.gpuClass());
        if (found == null) {
            throw new InvalidResourceException("spec.resources.gpu.class: expected one of %s, got \"%s\""
                    .formatted(installation.gpuClasses().keySet(), gpu.gpuClass()));
        }
        Quantity asked = gpu.memory();
        Quantity memory = found.memory();
        if (asked != null && memory != null && asked.getNumericalAmount().compareTo(memory.getNumericalAmount()) > 0) {
            throw new InvalidResourceException("spec.resources.gpu.memory: expected at most the %s of class %s, got %s"
                    .formatted(memory, gpu.gpuClass(), asked));
        }
        return found;
    }

    private static @Nullable Affinity withMemory(@Nullable Quantity memory) {
        if (memory == null) {
            return null;
        }
        BigDecimal mebibytes =
                memory.getNumericalAmount().divide(BigDecimal.valueOf(1L << 20), 0, RoundingMode.CEILING);
        return new AffinityBuilder()
                .withNewNodeAffinity()
                .withNewRequiredDuringSchedulingIgnoredDuringExecution()
                .addNewNodeSelectorTerm()
                .withMatchExpressions(new NodeSelectorRequirementBuilder()
                        .withKey(GPU_MEMORY)
                        .withOperator("Gt")
                        .withValues(mebibytes.subtract(BigDecimal.ONE).toPlainString())
                        .build())
                .endNodeSelectorTerm()
                .endRequiredDuringSchedulingIgnoredDuringExecution()
                .endNodeAffinity()
                .build();
    }

    private static Toleration toleration(SchedulingSpec.Toleration one) {
        return new Toleration(
                one.effect() == null ? null : one.effect().name(),
                one.key().isEmpty() ? null : one.key(),
                one.operator().name(),
                one.tolerationSeconds(),
                one.value().isEmpty() ? null : one.value());
    }
}
