package dev.windlass.gateway.edge;

import dev.windlass.api.AuthSpec;
import dev.windlass.gateway.route.CurrentRoutes;
import dev.windlass.gateway.upstream.RuntimeTls;
import dev.windlass.policy.EdgePolicy;
import dev.windlass.policy.access.AccessPolicy;
import dev.windlass.policy.access.Authenticator;
import dev.windlass.policy.audit.AuditLog;
import dev.windlass.policy.audit.AuditPolicy;
import dev.windlass.policy.filter.CurrentFilterPolicies;
import dev.windlass.policy.jwt.JwtAuthenticator;
import dev.windlass.policy.keys.CurrentKeys;
import dev.windlass.policy.keys.KeyAuthenticator;
import dev.windlass.policy.keys.KeyFileWatch;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
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
     * @param tls what runtimes are shown that want to see something; is left to whoever opened it
     */
    public record Places(List<Path> keyFiles, @Nullable Path auditFile, Map<String, String> headers, RuntimeTls tls) {
        /** In front of runtimes without TLS. */
        public Places(List<Path> keyFiles, @Nullable Path auditFile, Map<String, String> headers) {
            this(keyFiles, auditFile, headers, RuntimeTls.NONE);
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
        authenticators.put(AuthSpec.Mode.ApiKey, new KeyAuthenticator(keys, InstantSource.system()));
        authenticators.put(AuthSpec.Mode.Jwt, tokens);
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
                                List.of(new AccessSeries(access.counts()), new AuditSeries(audit)),
                                allowances.series(),
                                filtering.series())
                        .flatMap(List::stream)
                        .toList(),
                filtering::tell);
    }

    /** The keys, for a source other than files to fill. */
    public CurrentKeys keys() {
        return keys;
    }

    /** What texts are judged by, for whoever knows it to fill. */
    public CurrentFilterPolicies filterPolicies() {
        return filtering.policies();
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
