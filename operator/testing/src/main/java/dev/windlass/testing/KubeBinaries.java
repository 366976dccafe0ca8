package dev.windlass.testing;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Where the programs of Kubernetes are; {@code hack/kubernetes-binaries} puts them there. */
final class KubeBinaries {
    private static final String VERSION = "1.36.3";

    private final Path directory;

    private KubeBinaries(Path directory) {
        this.directory = directory;
    }

    static KubeBinaries find(Map<String, String> environment) {
        String tools = environment.get("WINDLASS_TOOLS");
        Path cache = tools != null
                ? Path.of(tools)
                : Path.of(System.getProperty("user.home"), ".cache", "windlass", "tools");
        return new KubeBinaries(cache.resolve("kubernetes-" + VERSION));
    }

    Path path(String program) {
        Path path = directory.resolve(program);
        if (!Files.isExecutable(path)) {
            throw new IllegalStateException(
                    "expected Kubernetes' %s at %s: run hack/kubernetes-binaries, which puts it there"
                            .formatted(program, path));
        }
        return path;
    }
}
