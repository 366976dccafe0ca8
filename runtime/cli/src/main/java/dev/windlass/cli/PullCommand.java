package dev.windlass.cli;

import dev.windlass.model.source.ModelStore;
import dev.windlass.server.load.FetchProgress;
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
                "Downloads a model into the cache and prints where it lies, and on standard error its digest. What is there already is not fetched again.",
        footer = {"", "Example:", "  windlass pull hf://Qwen/Qwen2.5-0.5B-Instruct@main"})
final class PullCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(
            paramLabel = "SOURCE",
            description = "hf://org/name@revision, s3://bucket/path, oci://registry/repository:tag or https://…")
    @SuppressWarnings("NullAway.Init")
    private String source;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private PinOption pin;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private ProgressPort progressPort;

    @Override
    public Integer call() throws IOException {
        var parsed = ModelSources.parse(source, Path.of(""));
        String name = ModelSources.shortName(parsed);
        try (var progress = new LoadProgress(spec.commandLine().getErr(), name);
                var told = progressPort.open(name, progress)) {
            var store = new ModelStore(ServeCommand.cache(), System.getenv());
            var listener = new FetchProgress(told.listener());
            var fetched = store.fetch(parsed, pin.sha256(), listener);
            var digest = store.digest(parsed, fetched.directory(), listener);
            told.listener().fetched(fetched.revision(), digest);
            progress.close();
            if (!fetched.revision().isEmpty()) {
                spec.commandLine().getErr().println("revision " + fetched.revision());
            }
            spec.commandLine().getErr().println("sha256 " + digest);
            spec.commandLine().getOut().println(fetched.directory());
        }
        return ExitCode.OK;
    }
}
