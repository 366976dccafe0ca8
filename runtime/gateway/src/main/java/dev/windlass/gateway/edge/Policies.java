package dev.windlass.gateway.edge;

import dev.windlass.api.AuthSpec;
import dev.windlass.gateway.route.CurrentRoutes;
import dev.windlass.gateway.upstream.RuntimeTls;
import dev.windlass.policy.EdgePolicy;
import dev.windlass.policy.access.AccessPolicy;
import dev.windlass.policy.access.Authenticator;
import dev.windlass.policy.account.AccountAuthenticator;
import dev.windlass.policy.audit.AuditLog;
import dev.windlass.policy.audit.AuditPolicy;
import dev.windlass.policy.filter.CurrentFilterPolicies;
import dev.windlass.policy.jwt.JwtAuthenticator;
import dev.windlass.policy.keys.CurrentKeys;
import dev.windlass.policy.keys.KeyAuthenticator;
import dev.windlass.policy.keys.KeyFileWatch;
import io.prometheus.metrics.model.registry.MultiCollector;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** All policies of a process, and what they hold open. Which of them a request meets is said by its deployment. */
public final class Policies implements AutoCloseable {
    private static final Duration LOOK = Duration.ofMillis(250);

    private final CurrentKeys keys = new CurrentKeys();
    private final JwtAuthenticator tokens = new JwtAuthenticator(InstantSource.system());
    private final @Nullable KeyFileWatch files;
    private final Allowances allowances;
    private final Filtering filtering;
    private final AuditLog audit;
    private final Edge edge;

    /**
     * Where policies find what they need.
     *
     * @param keyFiles with Secrets, or folders of such; none where keys come from elsewhere
     * @param auditFile null writes to the process's output
     * @param headers that runtimes want to see of whoever asks them
     * @param accounts null lets no service account in
     * @param tls what runtimes are shown that want to see something; is left to whoever opened it
     */
    public record Places(
            List<Path> keyFiles,
            @Nullable Path auditFile,
            Map<String, String> headers,
            @Nullable Accounts accounts,
            RuntimeTls tls) {
        /** Without service accounts, in front of runtimes without TLS. */
        public Places(List<Path> keyFiles, @Nullable Path auditFile, Map<String, String> headers) {
            this(keyFiles, auditFile, headers, null, RuntimeTls.NONE);
        }

        public Places {
            keyFiles = List.copyOf(keyFiles);
            headers = Map.copyOf(headers);
        }
    }

    /**
     * Opens what they need.
     *
     * @param routes whose deployments the policies are for
     * @param allowances closed with them
     * @throws java.io.UncheckedIOException where a file cannot be read or written
     * @throws IllegalArgumentException where a file with keys is wrong
     */
    public Policies(CurrentRoutes routes, Allowances allowances, Places places) {
        this.allowances = allowances;
        routes.subscribe(allowances::retain);
        filtering = new Filtering(routes, places.headers(), places.tls());
        files = places.keyFiles().isEmpty() ? null : KeyFileWatch.start(places.keyFiles(), keys, LOOK);
        audit = places.auditFile() == null
                ? AuditLog.to(System.out, filtering::redact)
                : AuditLog.to(places.auditFile(), filtering::redact);
        Map<AuthSpec.Mode, Authenticator> authenticators = new EnumMap<>(AuthSpec.Mode.class);
        var holders = new KeyAuthenticator(keys, InstantSource.system());
        authenticators.put(AuthSpec.Mode.ApiKey, holders);
        var keySeries = new KeySeries(routes, holders);
        authenticators.put(AuthSpec.Mode.Jwt, tokens);
        List<MultiCollector> accountSeries = new ArrayList<>(1);
        var accounts = places.accounts();
        if (accounts != null) {
            var known = new AccountAuthenticator(accounts.directory(), accounts.audience(), InstantSource.system());
            authenticators.put(AuthSpec.Mode.ServiceAccount, known);
            accountSeries.add(new AccountSeries(known.counts()));
        }
        var access = new AccessPolicy(authenticators);
        edge = new Edge(
                EdgePolicy.inOrder(List.of(
                        new AuditPolicy(audit, InstantSource.system()),
                        access,
                        allowances.limits(),
                        filtering.policy(),
                        allowances.cache())),
                access,
                Stream.of(
                                List.of(new AccessSeries(access.counts()), new AuditSeries(audit), keySeries),
                                accountSeries,
                                allowances.series(routes, keySeries::quotas),
                                filtering.series())
                        .flatMap(List::stream)
                        .toList(),
                measurements -> {
                    filtering.tell(measurements);
                    measurements.tellKeyless(keySeries::keyless);
                });
    }

    /** The keys, for a source other than files to fill. */
    public CurrentKeys keys() {
        return keys;
    }

    /** What texts are judged by, for whoever knows it to fill. */
    public CurrentFilterPolicies filterPolicies() {
        return filtering.policies();
    }

    /** Of the Redis that it shares with other gateways, where there is one. */
    public Optional<RedisStanding> redis() {
        return allowances.redis();
    }

    public Edge edge() {
        return edge;
    }

    @Override
    public void close() {
        if (files != null) {
            files.close();
        }
        tokens.close();
        filtering.close();
        allowances.close();
        audit.close();
    }
}
