package dev.windlass.cli;

import dev.windlass.model.digest.Sha256;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which model it has to be, whatever its source has. */
final class PinOption {
    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--sha256",
            paramLabel = "HEX",
            description = "Use the model only if this is its digest, which pull prints; else end with status 5.")
    private @Nullable String hex;

    /** Null where any model will do. */
    @Nullable
    Sha256 sha256() {
        if (hex == null) {
            return null;
        }
        if (!Sha256.isOne(hex)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--sha256: expected 64 hexadecimal digits in lower case, got \"%s\"".formatted(hex));
        }
        return new Sha256(hex);
    }
}
