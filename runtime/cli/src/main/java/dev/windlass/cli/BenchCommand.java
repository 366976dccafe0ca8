package dev.windlass.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.windlass.cli.load.LevelReport;
import dev.windlass.cli.load.LoadDriver;
import dev.windlass.cli.load.LoadPlan;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "bench",
        description = "Measures time to first token, inter-token latency and tokens/s of any OpenAI-compatible server.",
        footer = {"", "Example:", "  windlass bench --url http://localhost:8080 --concurrency 1,8,16"})
final class BenchCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin
    private final ClientOptions server = new ClientOptions();

    @Option(
            names = "--concurrency",
            split = ",",
            defaultValue = "1,8,16",
            description = "How many clients, one level after another (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init")
    private List<Integer> concurrency;

    @Option(names = "--requests", description = "Requests at each level (default: 4 for each client, at least 8).")
    private int requests;

    @Option(
            names = "--prompt-tokens",
            defaultValue = "200",
            description = "Words of each prompt (default: ${DEFAULT-VALUE}).")
    private int promptTokens;

    @Option(
            names = "--shared-prefix",
            defaultValue = "0",
            description = "Words at the start of every prompt that are the same (default: ${DEFAULT-VALUE}).")
    private int sharedPrefix;

    @Option(
            names = "--output-tokens",
            defaultValue = "64",
            description = "Tokens of each answer (default: ${DEFAULT-VALUE}).")
    private int outputTokens;

    @Option(
            names = "--endpoint",
            defaultValue = "completions",
            description = "completions or chat (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init")
    private Endpoint endpoint;

    @Option(names = "--seed", defaultValue = "1", description = "Makes the prompts (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--json", description = "Also write the report here, as JSON.")
    private @Nullable Path json;

    @Option(
            names = "--warmup",
            defaultValue = "2",
            description = "Requests before anything is measured (default: ${DEFAULT-VALUE}).")
    private int warmup;

    private enum Endpoint {
        completions,
        chat
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        var out = spec.commandLine().getOut();
        var reports = new ArrayList<LevelReport>();
        try (var client = server.connect()) {
            String name = server.model(client);
            out.printf("%s at %s: %d-word prompts, %d tokens out%n", name, server.url(), promptTokens, outputTokens);
            if (warmup > 0) {
                new LoadDriver(client, plan(name, warmup, seed - 1)).run(1, () -> {});
            }
            out.printf(
                    "%11s %8s %6s %21s %21s %9s %6s%n",
                    "", "", "", "first token, ms", "between tokens, ms", "output", "");
            out.printf(
                    "%11s %8s %6s %10s %10s %10s %10s %9s %6s%n",
                    "concurrency", "requests", "errors", "p50", "p99", "p50", "p99", "tokens/s", "req/s");
            for (int level : concurrency) {
                int count = requests > 0 ? requests : Math.max(8, 4 * level);
                try (var progress = Progress.steps(spec.commandLine().getErr(), level + " clients", count)) {
                    var report = new LoadDriver(client, plan(name, count, seed)).run(level, progress::step);
                    reports.add(report);
                }
                print(out, reports.getLast());
            }
        }
        if (json != null) {
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(json.toFile(), reports);
        }
        return reports.stream().anyMatch(report -> report.errors() > 0) ? ExitCode.FAILED : ExitCode.OK;
    }

    private LoadPlan plan(String name, int count, long planSeed) {
        return new LoadPlan(name, count, promptTokens, sharedPrefix, outputTokens, endpoint == Endpoint.chat, planSeed);
    }

    private static void print(PrintWriter out, LevelReport report) {
        var first = report.timeToFirstToken();
        var between = report.interTokenLatency();
        out.printf(
                "%11d %8d %6d %10.1f %10.1f %10.1f %10.1f %9.1f %6.2f%n",
                report.concurrency(),
                report.requests(),
                report.errors(),
                first.p50(),
                first.p99(),
                between.p50(),
                between.p99(),
                report.outputTokensPerSecond(),
                report.requestsPerSecond());
        if (report.errors() > 0) {
            out.printf("            first error: %s%n", report.firstError());
        }
        out.flush();
    }
}
