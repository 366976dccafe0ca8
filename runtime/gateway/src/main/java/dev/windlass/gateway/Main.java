package dev.windlass.gateway;

import picocli.CommandLine;

/** The gateway's process. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new GatewayCommand())
                .setExecutionExceptionHandler((problem, command, _) -> {
                    command.getErr().println("windlass gateway: " + problem.getMessage());
                    return 1;
                })
                .execute(arguments));
    }
}
