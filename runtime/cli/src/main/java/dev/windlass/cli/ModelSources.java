package dev.windlass.cli;

import dev.windlass.model.source.ModelSource;
import java.nio.file.Path;

/** Reads model sources as people type them: a source's address, or simply a directory. */
final class ModelSources {
    private static final String FILE = "file://";

    private ModelSources() {}

    /** @param folder where relative paths start */
    static ModelSource parse(String text, Path folder) {
        if (!text.contains("://")) {
            return ModelSource.parse(
                    FILE + folder.toAbsolutePath().resolve(text).normalize());
        }
        if (text.startsWith(FILE + ".")) {
            return ModelSource.parse(FILE
                    + folder.toAbsolutePath()
                            .resolve(text.substring(FILE.length()))
                            .normalize());
        }
        return ModelSource.parse(text);
    }

    /** The last part of an address: what to call a model that was given no name. */
    static String shortName(ModelSource source) {
        String text = source.toString().replaceAll("[?#].*$", "").replaceAll("/+$", "");
        String last = text.substring(text.lastIndexOf('/') + 1);
        String name = last.replaceAll(source instanceof ModelSource.Registry ? "[:@].*$" : "@.*$", "")
                .replaceAll("\\.(tar|tar\\.gz|tgz|zip)$", "");
        return name.isEmpty() ? "model" : name;
    }
}
