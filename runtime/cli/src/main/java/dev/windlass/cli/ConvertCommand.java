package dev.windlass.cli;

import dev.windlass.server.load.ModelPreparation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "convert",
        description = {
            "Converts a model's weights into the artifact that serve maps, and prints where it lies.",
            "An artifact is a directory that can be served itself, on any machine."
        },
        footer = {"", "Example:", "  windlass convert ./my-model --quantization int4"})
final class ConvertCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(paramLabel = "SOURCE", description = "A directory, or hf://, s3://, oci://, https:// as for serve.")
    @SuppressWarnings("NullAway.Init")
    private String source;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private ModelOptions options;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private ProgressPort progressPort;

    @Override
    public Integer call() throws IOException {
        var parsed = ModelSources.parse(source, Path.of(""));
        var settings = options.settings(parsed, ModelSources.shortName(parsed), Set.of());
        try (var progress = new LoadProgress(spec.commandLine().getErr(), settings.name());
                var told = progressPort.open(settings.name(), progress)) {
            var preparation = new ModelPreparation(ServeCommand.cache());
            var described = preparation.describe(settings, told.listener());
            try (var artifact = preparation.artifact(described, settings, told.listener())) {
                progress.close();
                spec.commandLine().getOut().println(artifact.directory());
            }
        }
        return ExitCode.OK;
    }
}
