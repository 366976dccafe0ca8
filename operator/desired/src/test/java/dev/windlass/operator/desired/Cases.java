package dev.windlass.operator.desired;

import dev.windlass.api.LlmDeployment;
import dev.windlass.api.ResourceFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The resources that golden files are kept of: what users are shown, and what is kept for this. */
final class Cases {
    static final Path GOLDEN = Path.of("src/test/resources/golden");

    private Cases() {}

    static List<Path> files() {
        var files = new ArrayList<Path>();
        files.add(Path.of("../../examples/minimal.yaml"));
        files.add(Path.of("../../examples/reference.yaml"));
        try (var kept = Files.list(Path.of("src/test/resources/resources"))) {
            kept.sorted().forEach(files::add);
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
        return files;
    }

    /** The settings that a case is made under: those of its own, or the standard. */
    static Installation installation(Path file) {
        Path settings = Path.of("src/test/resources/settings").resolve(file.getFileName());
        return Files.exists(settings) ? InstallationFile.read(settings) : Installation.STANDARD;
    }

    static List<LlmDeployment> resources() {
        return files().stream()
                .flatMap(file -> ResourceFile.read(file).stream())
                .toList();
    }

    static LlmDeployment named(String name) {
        return resources().stream()
                .filter(resource -> resource.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
