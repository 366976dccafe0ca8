package dev.windlass.operator.desired;

import dev.windlass.api.CacheSpec;
import dev.windlass.api.ModelSpec;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a pod may write, and where its model is.
 *
 * @param source what the runtime is told to serve
 * @param chatTemplate the file that is told to take the place of the model's own; empty for none
 */
record ModelVolumes(String source, String chatTemplate, List<Volume> volumes, List<VolumeMount> mounts) {
    static final String CACHE_PATH = "/var/cache/windlass";
    private static final String MODEL_PATH = "/mnt/model";
    private static final String TEMPLATE_PATH = "/etc/windlass/chat-template";
    private static final String CLAIM = "pvc://";
    static final String REGISTRY = "oci://";
    /** Where Docker's own programs would look for it, told by DOCKER_CONFIG. */
    static final String REGISTRY_LOGIN_PATH = "/etc/windlass/registry-login";

    static ModelVolumes of(DesiredRevision revision) {
        var volumes = new ArrayList<>(List.of(
                new VolumeBuilder()
                        .withName("tmp")
                        .withNewEmptyDir()
                        .endEmptyDir()
                        .build(),
                cache(revision)));
        var mounts = new ArrayList<>(List.of(mount("tmp", "/tmp"), mount("cache", CACHE_PATH)));
        String uri = revision.spec().model().uri();
        String template = chatTemplate(revision.spec().model().chatTemplate(), volumes, mounts);
        if (uri.startsWith(REGISTRY)) {
            registryLogin(revision.spec().model().secretRef(), volumes, mounts);
        }
        if (!uri.startsWith(CLAIM)) {
            return new ModelVolumes(uri, template, volumes, mounts);
        }
        String path = uri.substring(CLAIM.length());
        int slash = path.indexOf('/');
        volumes.add(new VolumeBuilder()
                .withName("model")
                .withNewPersistentVolumeClaim(slash < 0 ? path : path.substring(0, slash), true)
                .build());
        mounts.add(new VolumeMountBuilder(mount("model", MODEL_PATH))
                .withReadOnly(true)
                .build());
        return new ModelVolumes(
                "file://" + MODEL_PATH + (slash < 0 ? "" : path.substring(slash)), template, volumes, mounts);
    }

    private static String chatTemplate(
            ModelSpec.@Nullable ChatTemplate template, List<Volume> volumes, List<VolumeMount> mounts) {
        var reference = template == null ? null : template.configMapKeyRef();
        if (reference == null) {
            return "";
        }
        volumes.add(new VolumeBuilder()
                .withName("chat-template")
                .withNewConfigMap()
                .withName(reference.name())
                .addNewItem()
                .withKey(reference.key())
                .withPath(reference.key())
                .endItem()
                // Else a pod waits for what is not there without a word; so the runtime starts, and says what it lacks.
                .withOptional(true)
                .endConfigMap()
                .build());
        mounts.add(new VolumeMountBuilder(mount("chat-template", TEMPLATE_PATH))
                .withReadOnly(true)
                .build());
        return TEMPLATE_PATH + "/" + reference.key();
    }

    /** A Secret of type kubernetes.io/dockerconfigjson, as a file: no environment shows it, and no child process has it. */
    private static void registryLogin(
            ModelSpec.@Nullable SecretReference secret, List<Volume> volumes, List<VolumeMount> mounts) {
        if (secret == null) {
            return;
        }
        volumes.add(new VolumeBuilder()
                .withName("registry-login")
                .withNewSecret()
                .withSecretName(secret.name())
                .addNewItem()
                .withKey(".dockerconfigjson")
                .withPath("config.json")
                .endItem()
                // As with a chat template: the registry refuses, and the runtime says what it looked for.
                .withOptional(true)
                .endSecret()
                .build());
        mounts.add(new VolumeMountBuilder(mount("registry-login", REGISTRY_LOGIN_PATH))
                .withReadOnly(true)
                .build());
    }

    /** A node's own disk cannot be had under the restricted rules for pods, so such a cache lives as long as its pod. */
    private static Volume cache(DesiredRevision revision) {
        CacheSpec cache = revision.deployment().spec().cache();
        var volume = new VolumeBuilder().withName("cache");
        return switch (cache.mode()) {
            case Shared ->
                volume.withNewPersistentVolumeClaim(SharedCache.name(revision.deployment()), false)
                        .build();
            case Ephemeral -> volume.withNewEmptyDir().endEmptyDir().build();
        };
    }

    private static VolumeMount mount(String volume, String path) {
        return new VolumeMountBuilder().withName(volume).withMountPath(path).build();
    }
}
