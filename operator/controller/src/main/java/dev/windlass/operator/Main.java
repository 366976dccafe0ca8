package dev.windlass.operator;

import picocli.CommandLine;

/** The operator's process. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new OperatorCommand())
                .setExecutionExceptionHandler((problem, command, _) -> {
                    command.getErr().println("windlass operator: " + problem.getMessage());
                    return 1;
                })
                .execute(arguments));
    }
}
