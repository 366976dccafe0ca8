package dev.windlass.operator.desired;

import dev.windlass.api.ResourcesSpec.Gpu;
import io.fabric8.kubernetes.api.model.PodResourceClaim;
import io.fabric8.kubernetes.api.model.PodResourceClaimBuilder;
import io.fabric8.kubernetes.api.model.ResourceClaim;
import io.fabric8.kubernetes.api.model.ResourceClaimBuilder;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceSelector;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceSelectorBuilder;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaimTemplate;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaimTemplateBuilder;
import java.util.List;
import java.util.Optional;

/** Devices by dynamic resource allocation: every pod of the revision has a claim of its own, made from one template. */
final class DeviceClaim {
    private static final String NAME = "gpu";

    private DeviceClaim() {}

    /** Nothing where the spec asks for no device classes. */
    static Optional<ResourceClaimTemplate> of(DesiredRevision revision) {
        return claimed(revision).map(gpu -> template(revision, gpu));
    }

    static List<PodResourceClaim> claims(DesiredRevision revision) {
        return claimed(revision)
                .map(gpu -> new PodResourceClaimBuilder()
                        .withName(NAME)
                        .withResourceClaimTemplateName(revision.name())
                        .build())
                .stream()
                .toList();
    }

    static List<ResourceClaim> uses(DesiredRevision revision) {
        return claimed(revision)
                .map(gpu -> new ResourceClaimBuilder().withName(NAME).build())
                .stream()
                .toList();
    }

    private static Optional<Gpu> claimed(DesiredRevision revision) {
        return Optional.ofNullable(revision.spec().resources().gpu()).filter(gpu -> gpu.dra() != null);
    }

    private static ResourceClaimTemplate template(DesiredRevision revision, Gpu gpu) {
        var dra = gpu.dra();
        return new ResourceClaimTemplateBuilder()
                .withMetadata(Metadata.of(revision))
                .withNewSpec()
                .withNewSpec()
                .withNewDevices()
                .addNewRequest()
                .withName(NAME)
                .withNewExactly()
                .withDeviceClassName(dra == null ? "" : dra.deviceClassName())
                .withAllocationMode("ExactCount")
                .withCount((long) gpu.count())
                .withSelectors(dra == null ? List.of() : selectors(dra.selectors()))
                .endExactly()
                .endRequest()
                .endDevices()
                .endSpec()
                .endSpec()
                .build();
    }

    private static List<DeviceSelector> selectors(List<String> expressions) {
        return expressions.stream()
                .map(expression ->
                        new DeviceSelectorBuilder().withNewCel(expression).build())
                .toList();
    }
}
