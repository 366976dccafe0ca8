package dev.windlass.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "render",
        description = {
            "Prints the Kubernetes objects that LlmDeployments become, as YAML, without a cluster.",
            "Owner references are missing: they name resources that a cluster has stored."
        },
        footer = {
            "",
            "Examples:",
            "  windlass render examples/minimal.yaml",
            "  windlass render examples/minimal.yaml --namespace demo | kubectl apply --dry-run=server -f -"
        })
final class RenderCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "A YAML file with LlmDeployments.")
    @SuppressWarnings("NullAway.Init")
    private Path file;

    @Option(names = "--namespace", description = "The namespace of resources that name none (default: default).")
    private @Nullable String namespace;

    @Option(names = "--image", description = "The runtime's image, for CPUs and GPUs, where a resource names none.")
    private @Nullable String image;

    @Option(names = "--gpus", paramLabel = "N", description = "The GPUs of a pod whose resource says nothing of them.")
    private @Nullable Integer gpus;

    @Option(
            names = "--settings",
            paramLabel = "FILE",
            description = "The installation's settings, as YAML: images, GPU classes, the gateway's address.")
    private @Nullable Path settings;

    @Override
    public Integer call() {
        // What renders is loaded here and not with the command line: serve starts without it.
        Rendering.of(settings, image, gpus)
                .print(
                        file,
                        namespace,
                        spec.commandLine().getOut(),
                        spec.commandLine().getErr());
        return ExitCode.OK;
    }
}
