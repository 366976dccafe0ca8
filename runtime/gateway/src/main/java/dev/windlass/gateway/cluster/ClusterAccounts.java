package dev.windlass.gateway.cluster;

import dev.windlass.policy.account.AccountDirectory;
import dev.windlass.policy.account.ServiceAccount;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Service accounts as the API server knows them. */
final class ClusterAccounts implements AccountDirectory {
    private final KubernetesClient client;

    ClusterAccounts(KubernetesClient client) {
        this.client = client;
    }

    @Override
    public Optional<ServiceAccount> owner(String token, String audience) throws IOException {
        try {
            var review = client.tokenReviews()
                    .create(new TokenReviewBuilder()
                            .withNewSpec()
                            .withToken(token)
                            .withAudiences(audience)
                            .endSpec()
                            .build());
            return owner(review.getStatus(), audience);
        } catch (KubernetesClientException unanswered) {
            throw new IOException(unanswered.getMessage(), unanswered);
        }
    }

    /** A server that names no audience has looked at none. */
    private static Optional<ServiceAccount> owner(@Nullable TokenReviewStatus said, String audience) {
        return said == null
                        || !Boolean.TRUE.equals(said.getAuthenticated())
                        || said.getUser() == null
                        || !Objects.requireNonNullElse(said.getAudiences(), List.of())
                                .contains(audience)
                ? Optional.empty()
                : ServiceAccount.of(Objects.requireNonNullElse(said.getUser().getUsername(), ""));
    }

    @Override
    public Map<String, String> labels(ServiceAccount account) throws IOException {
        try {
            var found = client.serviceAccounts()
                    .inNamespace(account.namespace())
                    .withName(account.name())
                    .get();
            return found == null
                    ? Map.of()
                    : Map.copyOf(Objects.requireNonNullElse(found.getMetadata().getLabels(), Map.of()));
        } catch (KubernetesClientException unanswered) {
            throw new IOException(unanswered.getMessage(), unanswered);
        }
    }
}
