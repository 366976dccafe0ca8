package dev.windlass.gateway;

import dev.windlass.logging.Logging;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/** The gateway's process. */
public final class Main {
    private static final Logger LOG = LoggerFactory.getLogger(Main.class);

    private Main() {}

    public static void main(String[] arguments) {
        try {
            Logging.configure(System.getenv());
        } catch (IllegalArgumentException problem) {
            System.err.println("windlass gateway: " + problem.getMessage());
            System.exit(CommandLine.ExitCode.USAGE);
        }
        System.exit(new CommandLine(new GatewayCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((problem, command, _) -> {
                    Logging.failure(command.getErr(), LOG, "windlass gateway: " + problem.getMessage(), problem);
                    return 1;
                })
                .execute(arguments));
    }
}
