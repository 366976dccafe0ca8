package dev.windlass.gateway.source;

import dev.windlass.policy.keys.CurrentKeys;
import dev.windlass.policy.keys.KeyRing;
import dev.windlass.policy.keys.KeySecret;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keys as a cluster's Secrets have them. A Secret that makes no sense has no keys, and hurts no other. */
final class ClusterKeys {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterKeys.class);

    private final CurrentKeys keys;
    /** By uid, and not by what they say. */
    private Map<String, String> versions = Map.of();

    ClusterKeys(CurrentKeys keys) {
        this.keys = keys;
    }

    /** Makes these the Secrets, where they are others than before. */
    void replace(List<Secret> secrets) {
        Map<String, String> found = HashMap.newHashMap(secrets.size());
        secrets.forEach(secret ->
                found.put(secret.getMetadata().getUid(), secret.getMetadata().getResourceVersion()));
        if (found.equals(versions)) {
            return;
        }
        List<KeySecret> read = new ArrayList<>(secrets.size());
        for (var secret : secrets) {
            try {
                read.add(SecretReading.keys(secret));
            } catch (RuntimeException problem) {
                LOG.warn("left out: {}", problem.getMessage());
            }
        }
        keys.replace(KeyRing.of(read));
        versions = found;
    }
}
