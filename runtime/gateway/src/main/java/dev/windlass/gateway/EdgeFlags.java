package dev.windlass.gateway;

import dev.windlass.gateway.edge.Policies;
import dev.windlass.gateway.route.CurrentRoutes;
import dev.windlass.gateway.upstream.RuntimeTls;
import dev.windlass.http.TlsFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What a command line says of the edge: who is let in, what clients are shown, and where the audit goes. */
public final class EdgeFlags {
    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec command;

    @Option(
            names = "--keys",
            paramLabel = "FILE",
            description =
                    "Secrets with the digests of keys, as windlass keys create writes them, or a folder of such files;"
                            + " watched. May be repeated.")
    private List<Path> keys = List.of();

    @Option(
            names = "--tls-certificate",
            paramLabel = "FILE",
            description = "Serve HTTPS with this certificate and its chain, in PEM; watched. Needs --tls-key.")
    private @Nullable Path certificate;

    @Option(names = "--tls-key", paramLabel = "FILE", description = "The certificate's key, in PEM; watched.")
    private @Nullable Path key;

    @Option(
            names = "--audit-file",
            paramLabel = "FILE",
            description = "Where audited requests are written, one a line (default: standard output).")
    private @Nullable Path audit;

    @Mixin
    private RedisFlags redis = new RedisFlags();

    public boolean hasKeys() {
        return !keys.isEmpty();
    }

    /** What clients are shown; null serves them without TLS. */
    public @Nullable TlsFiles tls() {
        if ((certificate == null) != (key == null)) {
            throw new ParameterException(command.commandLine(), "--tls-certificate and --tls-key belong together");
        }
        return certificate == null || key == null ? null : new TlsFiles(certificate, key);
    }

    /**
     * Opens the policies.
     *
     * @param routes whose deployments the policies are for
     * @param more files with keys besides those that the command line names
     * @param headers that runtimes want to see of whoever asks them
     * @param tls what runtimes are shown that want to see something
     */
    public Policies policies(CurrentRoutes routes, List<Path> more, Map<String, String> headers, RuntimeTls tls) {
        var all = new ArrayList<>(keys);
        all.addAll(more);
        return new Policies(routes, redis.open(), new Policies.Places(all, audit, headers, tls));
    }
}
