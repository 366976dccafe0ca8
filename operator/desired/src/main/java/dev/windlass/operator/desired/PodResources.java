package dev.windlass.operator.desired;

import dev.windlass.api.ResourcesSpec;
import dev.windlass.operator.desired.Installation.PodSize;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a pod asks for, as request and limit both: the runtime starts as many threads as it may use cores, and a pod that
 * asked for less memory than it takes would be the first to go.
 *
 * <p>What the spec leaves out: CPUs are the installation's. Memory is the model's size and a third of it, and 2 GiB, up to
 * whole GiB, where the size is known; else the installation's.
 */
final class PodResources {
    private static final long GIBIBYTE = 1L << 30;

    private PodResources() {}

    static ResourceRequirements of(DesiredRevision revision, Installation installation, Accelerator accelerator) {
        ResourcesSpec asked = revision.spec().resources();
        PodSize usual = accelerator.isGpu() ? installation.onGpu() : installation.onCpu();
        Map<String, Quantity> amounts = new TreeMap<>();
        amounts.put("cpu", asked.cpu() == null ? usual.cpu() : asked.cpu());
        amounts.put("memory", asked.memory() == null ? memory(revision.modelBytes(), usual) : asked.memory());
        if (accelerator.resource() != null) {
            amounts.put(accelerator.resource(), new Quantity(String.valueOf(accelerator.count())));
        }
        return new ResourceRequirementsBuilder()
                .withRequests(amounts)
                .withLimits(amounts)
                .withClaims(accelerator.isGpu() ? DeviceClaim.uses(revision) : List.of())
                .build();
    }

    private static Quantity memory(long modelBytes, PodSize usual) {
        return modelBytes == 0
                ? usual.memory()
                : new Quantity(Math.ceilDiv(modelBytes + modelBytes / 3 + 2 * GIBIBYTE, GIBIBYTE) + "Gi");
    }
}
