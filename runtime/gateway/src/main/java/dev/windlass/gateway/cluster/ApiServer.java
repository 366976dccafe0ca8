package dev.windlass.gateway.cluster;

import dev.windlass.gateway.edge.RedisNotices;
import dev.windlass.policy.account.AccountDirectory;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/** The API server, by a client that gives up soon: somebody waits for what it is asked. Owns the client. */
public final class ApiServer implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(2);
    private static final Duration ANSWER = Duration.ofSeconds(3);

    private final KubernetesClient client;

    private ApiServer(KubernetesClient client) {
        this.client = client;
    }

    /** That of the cluster it runs in, or that the current context of kubectl names. */
    public static ApiServer open() {
        return open(Config.autoConfigure(null));
    }

    /** The one that these settings lead to. */
    public static ApiServer open(Config config) {
        return new ApiServer(new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(config)
                        .withConnectionTimeout(Math.toIntExact(CONNECT.toMillis()))
                        .withRequestTimeout(Math.toIntExact(ANSWER.toMillis()))
                        .withRequestRetryBackoffLimit(0)
                        .build())
                .build());
    }

    /** Where events of this process's pod are told; empty where the environment does not name it. */
    public Optional<RedisNotices.Board> podEvents(Map<String, String> environment) {
        return PodEvents.of(client, InstantSource.system(), environment).map(board -> board);
    }

    /** The service accounts of the cluster, for those who show their tokens. */
    public AccountDirectory accounts() {
        return new ClusterAccounts(client);
    }

    @Override
    public void close() {
        client.close();
    }
}
