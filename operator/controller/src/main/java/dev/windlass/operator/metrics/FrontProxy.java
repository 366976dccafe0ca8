package dev.windlass.operator.metrics;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.windlass.operator.certificates.KeyedCertificate;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import org.jspecify.annotations.Nullable;

/**
 * Who speaks for the cluster's API server: clients with a certificate of these authorities and one of these names, as the API
 * server publishes it for those that extend it. It has checked what its own caller may do.
 *
 * @param authorities at least one
 * @param names common names; none allows every one
 */
record FrontProxy(List<X509Certificate> authorities, Set<String> names) {
    private static final String NAMESPACE = "kube-system";
    private static final String NAME = "extension-apiserver-authentication";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    FrontProxy {
        authorities = List.copyOf(authorities);
        names = Set.copyOf(names);
    }

    /**
     * Reads what the API server publishes.
     *
     * @throws GeneralSecurityException where it publishes nothing of use, in words for its administrator
     */
    static FrontProxy of(KubernetesClient client) throws GeneralSecurityException {
        ConfigMap published =
                client.configMaps().inNamespace(NAMESPACE).withName(NAME).get();
        String pem = published == null || published.getData() == null
                ? null
                : published.getData().get("requestheader-client-ca-file");
        if (published == null || pem == null) {
            throw new GeneralSecurityException(
                    "ConfigMap %s/%s: expected requestheader-client-ca-file, found none: the API server's aggregation layer is off"
                            .formatted(NAMESPACE, NAME));
        }
        List<X509Certificate> authorities = KeyedCertificate.certificates(pem);
        if (authorities.isEmpty()) {
            throw new GeneralSecurityException(
                    "ConfigMap %s/%s, requestheader-client-ca-file: expected a certificate, found none"
                            .formatted(NAMESPACE, NAME));
        }
        return new FrontProxy(authorities, names(published.getData().get("requestheader-allowed-names")));
    }

    private static Set<String> names(@Nullable String json) throws GeneralSecurityException {
        try {
            return json == null || json.isBlank()
                    ? Set.of()
                    : Set.copyOf(JSON.readValue(json, new TypeReference<List<String>>() {}));
        } catch (JsonProcessingException malformed) {
            throw new GeneralSecurityException(
                    "ConfigMap %s/%s, requestheader-allowed-names: expected a JSON list of names"
                            .formatted(NAMESPACE, NAME),
                    malformed);
        }
    }

    /** Whether a client whose certificate was accepted may ask. */
    boolean allows(String distinguishedName) {
        if (names.isEmpty()) {
            return true;
        }
        try {
            for (Rdn part : new LdapName(distinguishedName).getRdns()) {
                if (part.getType().equalsIgnoreCase("CN")
                        && names.contains(part.getValue().toString())) {
                    return true;
                }
            }
            return false;
        } catch (InvalidNameException noName) {
            return false;
        }
    }
}
