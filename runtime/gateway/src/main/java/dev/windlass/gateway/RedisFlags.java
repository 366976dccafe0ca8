package dev.windlass.gateway;

import dev.windlass.gateway.edge.Allowances;
import dev.windlass.policy.redis.RedisSettings;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What a command line says of where quotas are counted and answers kept. */
public final class RedisFlags {
    private static final String PASSWORD = "WINDLASS_REDIS_PASSWORD";

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec command;

    @Option(
            names = "--redis",
            paramLabel = "ADDRESS",
            description = "where several gateways count quotas and keep answers together:"
                    + " redis://[user@]host[:port][/database], or rediss:// for TLS; its password in " + PASSWORD)
    private @Nullable String address;

    @Option(
            names = "--redis-failure",
            paramLabel = "WHAT",
            description = "while Redis does not answer: local lets every gateway count by itself, closed refuses"
                    + " requests that have limits (${DEFAULT-VALUE})")
    private Allowances.RedisFailure onFailure = Allowances.RedisFailure.Local;

    /** Opens what they describe. Answers in this process may take an eighth of its memory. */
    public Allowances open() {
        RedisSettings settings = null;
        if (address != null) {
            try {
                settings = RedisSettings.of(address, Objects.requireNonNullElse(System.getenv(PASSWORD), ""));
            } catch (IllegalArgumentException wrong) {
                throw new ParameterException(command.commandLine(), "--" + wrong.getMessage(), wrong);
            }
        }
        return new Allowances(settings, onFailure, Runtime.getRuntime().maxMemory() / 8);
    }
}
