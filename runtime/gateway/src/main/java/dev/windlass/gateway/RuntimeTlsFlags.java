package dev.windlass.gateway;

import dev.windlass.gateway.upstream.RuntimeTls;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What a command line says of TLS between a gateway and its runtimes. */
final class RuntimeTlsFlags {
    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec command;

    @Option(
            names = "--runtime-tls",
            paramLabel = "DIR",
            description =
                    "a folder with tls.crt, for spiffe://windlass/gateway, tls.key and ca.crt, in PEM: what runtimes with"
                            + " TLS are shown, and who is believed about them; watched (none, so that they are out of use)")
    private @Nullable Path folder;

    @Option(names = "--runtime-tls-required", description = "with --runtime-tls: use no runtime without TLS")
    private boolean isRequired;

    RuntimeTls open() {
        if (folder == null) {
            if (isRequired) {
                throw new ParameterException(
                        command.commandLine(), "--runtime-tls-required needs --runtime-tls with a certificate");
            }
            return RuntimeTls.NONE;
        }
        return RuntimeTls.open(folder, isRequired);
    }
}
