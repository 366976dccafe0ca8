package dev.windlass.operator.desired;

import dev.windlass.api.ModelSpec;
import dev.windlass.api.RuntimeSpec.EnvironmentVariable;
import dev.windlass.api.VersionedSpec;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/** The container's environment. Secrets are referred to and never read. */
final class RuntimeEnvironment {
    private RuntimeEnvironment() {}

    static List<EnvVar> of(DesiredRevision revision, Installation installation) {
        VersionedSpec spec = revision.spec();
        // By name: a variable of the user's takes the place of ours, since an API server refuses two of one name.
        var variables = new LinkedHashMap<String, EnvVar>();
        variables.put("WINDLASS_CACHE", value("WINDLASS_CACHE", ModelVolumes.CACHE_PATH));
        // Where the tokenizer's native library is unpacked; its default is a home, and the pod's user has none.
        variables.put("DJL_CACHE_DIR", value("DJL_CACHE_DIR", "/tmp/djl"));
        traces(revision, installation).forEach(variable -> variables.put(variable.getName(), variable));
        credentials(spec.model()).forEach(variable -> variables.put(variable.getName(), variable));
        spec.runtime().env().forEach(variable -> variables.put(variable.name(), of(variable)));
        return new ArrayList<>(variables.values());
    }

    /** A gateway decides which requests are traced; what it does not, such as the operator's own questions, is not. */
    private static List<EnvVar> traces(DesiredRevision revision, Installation installation) {
        if (installation.tracesEndpoint().isEmpty()) {
            return List.of();
        }
        return List.of(
                value("OTEL_EXPORTER_OTLP_ENDPOINT", installation.tracesEndpoint()),
                value("OTEL_TRACES_SAMPLER", "parentbased_always_off"),
                value(
                        "OTEL_RESOURCE_ATTRIBUTES",
                        "k8s.namespace.name=%s,k8s.deployment.name=%s"
                                .formatted(revision.deployment().namespace(), revision.name())));
    }

    private static List<EnvVar> credentials(ModelSpec model) {
        var secret = model.secretRef();
        if (secret == null) {
            return List.of();
        }
        if (model.uri().startsWith("s3://")) {
            return List.of(
                    secret("AWS_ACCESS_KEY_ID", secret.name(), "accessKey"),
                    secret("AWS_SECRET_ACCESS_KEY", secret.name(), "secretKey"));
        }
        return model.uri().startsWith(ModelVolumes.REGISTRY)
                ? List.of(value("DOCKER_CONFIG", ModelVolumes.REGISTRY_LOGIN_PATH))
                : List.of(secret("HF_TOKEN", secret.name(), "token"));
    }

    private static EnvVar of(EnvironmentVariable variable) {
        var source = variable.valueFrom();
        if (source == null) {
            return value(variable.name(), variable.value() == null ? "" : variable.value());
        }
        var key = source.secretKeyRef();
        if (key != null) {
            return secret(variable.name(), key.name(), key.key());
        }
        var entry = source.configMapKeyRef();
        return new EnvVarBuilder()
                .withName(variable.name())
                .withNewValueFrom()
                .withNewConfigMapKeyRef(entry == null ? "" : entry.key(), entry == null ? "" : entry.name(), null)
                .endValueFrom()
                .build();
    }

    private static EnvVar value(String name, String value) {
        return new EnvVarBuilder().withName(name).withValue(value).build();
    }

    private static EnvVar secret(String name, String secret, String key) {
        return new EnvVarBuilder()
                .withName(name)
                .withNewValueFrom()
                .withNewSecretKeyRef(key, secret, null)
                .endValueFrom()
                .build();
    }
}
