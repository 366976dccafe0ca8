package dev.windlass.model.source;

import dev.windlass.model.ModelFiles;
import dev.windlass.model.source.SourceException.Reason;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.ArchiveEntry;
import org.apache.commons.compress.archivers.ArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveInputStream;

/** An archive with a model somewhere in it. */
final class Archive {
    private static final int MOST_ENTRIES = 100_000;
    private static final long MARGIN_BYTES = 64 << 20;

    private final Object source;
    private final Path file;
    private final Kind kind;

    /** How it is packed. */
    private enum Kind {
        ZIP,
        TAR,
        TAR_GZIP
    }

    /** @param name tells by its ending how the file is packed */
    Archive(Object source, Path file, String name) {
        this.source = source;
        this.file = file;
        var lower = name.toLowerCase(Locale.ROOT);
        this.kind = lower.endsWith(".zip") ? Kind.ZIP : lower.endsWith(".tar") ? Kind.TAR : Kind.TAR_GZIP;
    }

    static boolean isNamedLikeOne(String name) {
        return name.toLowerCase(Locale.ROOT).matches(".*\\.(zip|tar|tar\\.gz|tgz)");
    }

    /** Takes the model's files, and nothing else, out of the folder that has the outermost config.json. */
    void extract(Path directory) throws IOException {
        var folder = entries().stream()
                .filter(name -> name.equals("config.json") || name.endsWith("/config.json"))
                .map(name -> name.substring(0, name.length() - "config.json".length()))
                .min(Comparator.comparingInt(String::length))
                .orElseThrow(() -> new SourceException(Reason.NOT_FOUND, source, "there is no config.json in it"));
        try (var archive = open()) {
            for (ArchiveEntry entry = archive.getNextEntry(); entry != null; entry = archive.getNextEntry()) {
                var name = name(entry);
                var rest = name.startsWith(folder) ? name.substring(folder.length()) : "/";
                if (isFile(entry) && RemoteFile.isName(rest) && isNeeded(rest)) {
                    checkSpace(directory, entry);
                    var target = directory.resolve(rest);
                    Files.createDirectories(target.getParent());
                    Files.copy(archive, target, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        } catch (IllegalArgumentException e) {
            throw damaged(e);
        }
    }

    private static boolean isNeeded(String name) {
        return ModelFiles.isSupporting(name) || ModelFiles.isWeights(name) || name.equals("artifact.json");
    }

    private List<String> entries() throws IOException {
        var names = new ArrayList<String>();
        try (var archive = open()) {
            for (ArchiveEntry entry = archive.getNextEntry(); entry != null; entry = archive.getNextEntry()) {
                if (isFile(entry)) {
                    names.add(name(entry));
                }
                if (names.size() > MOST_ENTRIES) {
                    throw new SourceException(
                            Reason.DAMAGED, source, "expected at most %d entries".formatted(MOST_ENTRIES));
                }
            }
            return names;
        } catch (IllegalArgumentException e) {
            throw damaged(e);
        }
    }

    private SourceException damaged(Exception e) {
        return new SourceException(Reason.DAMAGED, source, "is not a sound archive: " + e.getMessage(), e);
    }

    private static boolean isFile(ArchiveEntry entry) {
        return entry instanceof TarArchiveEntry tar
                ? tar.isFile() && !tar.isLink() && !tar.isSymbolicLink()
                : !entry.isDirectory();
    }

    /** The entry's path, without the leading "./" that tar likes. */
    private String name(ArchiveEntry entry) {
        var name = entry.getName().replaceFirst("^(\\./)+", "");
        if (name.startsWith("/")
                || name.contains("\\")
                || List.of(name.split("/", -1)).contains("..")) {
            throw new SourceException(Reason.DAMAGED, source, "has an entry outside of it: " + entry.getName());
        }
        return name;
    }

    private void checkSpace(Path directory, ArchiveEntry entry) throws IOException {
        long free = Files.getFileStore(directory).getUsableSpace();
        if (entry.getSize() + MARGIN_BYTES > free) {
            throw new SourceException(
                    Reason.NO_SPACE,
                    directory,
                    "%s takes %d MB, and the disk has %d MB left"
                            .formatted(entry.getName(), entry.getSize() >> 20, free >> 20));
        }
    }

    private ArchiveInputStream<? extends ArchiveEntry> open() throws IOException {
        InputStream stream = new BufferedInputStream(Files.newInputStream(file), 1 << 18);
        try {
            return switch (kind) {
                case ZIP -> new ZipArchiveInputStream(stream);
                case TAR -> new TarArchiveInputStream(stream);
                case TAR_GZIP -> new TarArchiveInputStream(new GZIPInputStream(stream, 1 << 16));
            };
        } catch (IOException e) {
            stream.close();
            throw damaged(e);
        }
    }
}
