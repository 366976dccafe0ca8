package dev.windlass.operator;

import dev.windlass.api.LlmDeployment;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;

/** Resources as people write them. */
public final class Resources {
    private static final KubernetesSerialization YAML = new KubernetesSerialization();

    private Resources() {}

    /** One called m with that spec, in YAML's flow style without the outer braces. */
    public static LlmDeployment with(String spec) {
        return YAML.unmarshal("""
                apiVersion: windlass.dev/v1alpha1
                kind: LlmDeployment
                metadata: {name: m, namespace: ns, uid: u-1, generation: 3}
                spec: {%s}
                """.formatted(spec), LlmDeployment.class);
    }

    /** Anything of Kubernetes' own, in YAML. */
    public static <T> T read(String yaml, Class<T> kind) {
        return YAML.unmarshal(yaml, kind);
    }
}
