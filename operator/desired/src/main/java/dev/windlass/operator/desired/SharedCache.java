package dev.windlass.operator.desired;

import dev.windlass.api.CacheSpec;
import dev.windlass.api.LlmDeployment;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;
import java.util.Optional;

/** The volume that all pods of a resource fetch their model into, once. */
final class SharedCache {
    private SharedCache() {}

    /** Nothing where every pod has a cache of its own. */
    static Optional<PersistentVolumeClaim> of(LlmDeployment deployment) {
        CacheSpec cache = deployment.spec().cache();
        Quantity size = cache.size();
        if (cache.mode() != CacheSpec.Mode.Shared || size == null) {
            return Optional.empty();
        }
        String name = name(deployment);
        return Optional.of(new PersistentVolumeClaimBuilder()
                .withMetadata(cache.retain() ? Metadata.unowned(deployment, name) : Metadata.of(deployment, name))
                .withNewSpec()
                .withAccessModes("ReadWriteMany")
                .withStorageClassName(cache.storageClass().isEmpty() ? null : cache.storageClass())
                .withNewResources()
                .withRequests(Map.of("storage", size))
                .endResources()
                .endSpec()
                .build());
    }

    static String name(LlmDeployment deployment) {
        return "windlass-" + deployment.name() + "-cache";
    }
}
