package dev.windlass.cli;

import dev.windlass.model.export.PortableModel;
import dev.windlass.model.export.Validation;
import dev.windlass.model.weight.Quantization;
import dev.windlass.onnx.OnnxRuntime;
import dev.windlass.server.load.ModelPreparation;
import dev.windlass.server.load.ModelSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "export",
        description = {
            "Writes a model as a portable ONNX file: standard operators, float32, dynamic batch and sequence, past and",
            "present keys and values as inputs and outputs. The weights lie beside it, in a file that ends in .data."
        },
        footer = {"", "Example:", "  windlass export ./my-model --out model.onnx --validate"})
final class ExportCommand implements Callable<Integer> {
    /** What float32 arithmetic in another order may differ by; more is a fault of the graph. */
    private static final double TOLERANCE = 1e-2;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(paramLabel = "SOURCE", description = "A directory, or hf://, s3://, oci://, https:// as for serve.")
    @SuppressWarnings("NullAway.Init")
    private String source;

    @Option(names = "--out", paramLabel = "FILE", required = true, description = "The file to write.")
    @SuppressWarnings("NullAway.Init")
    private Path out;

    @Option(
            names = "--context",
            paramLabel = "TOKENS",
            description = "The longest context it will be used for (default: the model's).")
    private int context;

    @Option(
            names = "--validate",
            description =
                    "Then run it beside the graph that serve runs, and print the largest difference and the speed-up.")
    private boolean validate;

    @Override
    public Integer call() throws IOException {
        var parsed = ModelSources.parse(source, Path.of(""));
        var settings = new ModelSettings(
                parsed, ModelSources.shortName(parsed), Set.of(), Quantization.NONE, context, 0, 0, 0, 1);
        Path folder = out.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        var printer = spec.commandLine().getOut();
        var preparation = new ModelPreparation(ServeCommand.cache());
        try (var progress = new LoadProgress(spec.commandLine().getErr(), settings.name())) {
            var model = preparation.describe(settings, progress);
            var decoder = model.decoder();
            int positions = context > 0 ? context : decoder.maximumPositions();
            try (var artifact = preparation.artifact(model, settings, progress)) {
                progress.close();
                PortableModel.write(decoder, artifact, positions, out);
                printer.printf("%s: %s, %d positions, float32%n", out, decoder.family(), positions);
                if (!validate) {
                    return ExitCode.OK;
                }
                try (var runtime = OnnxRuntime.open()) {
                    var result = new Validation(decoder, positions).run(runtime, artifact, out);
                    printer.printf(
                            "largest difference of a logit over %d tokens: %.2e; the served graph decodes %.1fx faster%n",
                            result.tokens(), result.largestDifference(), result.speedUp());
                    return result.largestDifference() <= TOLERANCE ? ExitCode.OK : ExitCode.FAILED;
                }
            }
        }
    }
}
