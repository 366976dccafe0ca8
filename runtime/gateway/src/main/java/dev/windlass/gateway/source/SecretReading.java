package dev.windlass.gateway.source;

import dev.windlass.policy.keys.KeySecret;
import io.fabric8.kubernetes.api.model.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** A cluster's Secret as keys. */
final class SecretReading {
    private SecretReading() {}

    /** @throws IllegalArgumentException where it makes no sense */
    static KeySecret keys(Secret secret) {
        var metadata = secret.getMetadata();
        Map<String, String> fields = new HashMap<>();
        Objects.requireNonNullElse(secret.getData(), Map.<String, String>of())
                .forEach((field, data) ->
                        fields.put(field, new String(Base64.getDecoder().decode(data), StandardCharsets.UTF_8)));
        return KeySecret.of(
                metadata.getNamespace(),
                metadata.getName(),
                Objects.requireNonNullElse(metadata.getLabels(), Map.of()),
                fields);
    }
}
