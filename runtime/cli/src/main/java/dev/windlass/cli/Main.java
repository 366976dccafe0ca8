package dev.windlass.cli;

import dev.windlass.api.InvalidResourceException;
import dev.windlass.cli.client.OpenAiClient;
import dev.windlass.engine.token.TokenizerException;
import dev.windlass.logging.LogFormat;
import dev.windlass.logging.Logging;
import dev.windlass.model.source.SourceException;
import dev.windlass.onnx.ffi.OnnxException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/** Windlass at a prompt: parses the command line, runs the command, turns what went wrong into one line and a status. */
@Command(
        name = "windlass",
        description = "Serves language models: on this machine, or on Kubernetes.",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            ServeCommand.class,
            ChatCommand.class,
            BenchCommand.class,
            KeysCommand.class,
            PullCommand.class,
            ConvertCommand.class,
            ExportCommand.class,
            RenderCommand.class,
            AutoComplete.GenerateCompletion.class
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:done",
            "1:failed, by a fault of Windlass or of the machine",
            "2:the command line is wrong",
            "3:an input cannot be used: a resource, a model, a request",
            "4:a server or a model's source cannot be reached",
            "5:the model is not the one that --sha256 asks for",
            "130:ended by Ctrl-C"
        })
public final class Main {
    private static final Logger LOG = LoggerFactory.getLogger(Main.class);

    private Main() {}

    public static void main(String[] arguments) {
        try {
            Logging.configure(System.getenv());
        } catch (IllegalArgumentException problem) {
            System.err.println("windlass: " + problem.getMessage());
            System.exit(ExitCode.USAGE);
        }
        System.exit(run(
                new PrintWriter(System.out, true, System.out.charset()),
                Logging.narrator(new PrintWriter(System.err, true, System.err.charset()), LOG),
                arguments));
    }

    static int run(PrintWriter out, PrintWriter err, String... arguments) {
        var commandLine = new CommandLine(new Main())
                .setOut(out)
                .setErr(err)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(true)
                .setParameterExceptionHandler(Main::refuse)
                .setExecutionExceptionHandler(Main::report);
        if (arguments.length == 0) {
            commandLine.usage(err);
            return ExitCode.USAGE;
        }
        return commandLine.execute(arguments);
    }

    private static int refuse(ParameterException problem, String[] arguments) {
        var command = problem.getCommandLine();
        String message = String.valueOf(problem.getMessage()).strip().replaceAll("\\s*\\R\\s*", " ");
        command.getErr()
                .printf(
                        "windlass: %s (see %s --help)%n",
                        message, command.getCommandSpec().qualifiedName());
        UnmatchedArgumentException.printSuggestions(problem, command.getErr());
        command.getErr().flush();
        return ExitCode.USAGE;
    }

    private static int report(Exception problem, CommandLine command, ParseResult parsed) {
        var err = command.getErr();
        OptionalInt known = status(problem);
        Logging.failure(err, LOG, "windlass: " + oneLine(problem), known.isPresent() ? null : problem);
        if (known.isEmpty() && Logging.format() == LogFormat.TEXT) {
            problem.printStackTrace(err);
        }
        return known.orElse(ExitCode.FAILED);
    }

    /** Of what can be expected to go wrong, and has a message that says enough. */
    private static OptionalInt status(Exception problem) {
        return switch (problem) {
            case InvalidResourceException _ -> OptionalInt.of(ExitCode.INPUT);
            case SourceException source -> OptionalInt.of(status(source.reason()));
            case TokenizerException _ -> OptionalInt.of(ExitCode.INPUT);
            case IllegalArgumentException _ -> OptionalInt.of(ExitCode.INPUT);
            case OpenAiClient.ServerError _ -> OptionalInt.of(ExitCode.INPUT);
            case OpenAiClient.Unreachable _ -> OptionalInt.of(ExitCode.UNREACHABLE);
            case IOException _ -> OptionalInt.of(ExitCode.FAILED);
            case UncheckedIOException _ -> OptionalInt.of(ExitCode.FAILED);
            case OnnxException _ -> OptionalInt.of(ExitCode.FAILED);
            default -> OptionalInt.empty();
        };
    }

    private static int status(SourceException.Reason reason) {
        return switch (reason) {
            case UNAUTHORIZED, NOT_FOUND, UNSUPPORTED, DAMAGED -> ExitCode.INPUT;
            case MISMATCH -> ExitCode.MISMATCH;
            case UNREACHABLE -> ExitCode.UNREACHABLE;
            case NO_SPACE -> ExitCode.FAILED;
        };
    }

    private static String oneLine(Exception problem) {
        String text = switch (problem) {
            case UncheckedIOException unchecked
            when unchecked.getCause() instanceof IOException cause -> oneLine(cause);
            case NoSuchFileException missing -> missing.getFile() + ": no such file";
            case AccessDeniedException denied -> denied.getFile() + ": access denied";
            case FileSystemException file
            when file.getReason() == null ->
                file.getFile() + ": " + file.getClass().getSimpleName();
            default -> problem.getMessage() == null ? problem.toString() : problem.getMessage();
        };
        return text.strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
