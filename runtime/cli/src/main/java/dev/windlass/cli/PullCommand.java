package dev.windlass.cli;

import dev.windlass.model.source.ModelStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "pull",
        description =
                "Downloads a model into the cache and prints where it lies. What is there already is not fetched again.",
        footer = {"", "Example:", "  windlass pull hf://Qwen/Qwen2.5-0.5B-Instruct@main"})
final class PullCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(paramLabel = "SOURCE", description = "hf://org/name@revision, s3://bucket/path or https://…")
    @SuppressWarnings("NullAway.Init")
    private String source;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private ProgressPort progressPort;

    @Override
    public Integer call() throws IOException {
        var parsed = ModelSources.parse(source, Path.of(""));
        String name = ModelSources.shortName(parsed);
        try (var progress = new LoadProgress(spec.commandLine().getErr(), name);
                var told = progressPort.open(name, progress)) {
            Path directory =
                    new ModelStore(ServeCommand.cache(), System.getenv()).fetch(parsed, told.listener()::downloading);
            progress.close();
            spec.commandLine().getOut().println(directory);
        }
        return ExitCode.OK;
    }
}
