package dev.windlass.model.source;

import dev.windlass.model.source.SourceException.Reason;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.ArchiveEntry;
import org.apache.commons.compress.archivers.ArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.zip.ZipArchiveInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Files packed into one, read from its beginning to its end. Whoever packed it is not trusted: an entry outside of it is
 * refused, and so is one that unpacks to far more than it took, or makes whoever reads it remember a name without end.
 *
 * @param source for messages
 * @param name of the one file that it is, where it is not packed
 */
record PackedFile(Object source, Path file, Kind kind, String name) {
    private static final int MOST_ENTRIES = 100_000;

    /** A name, its owner, its time and what else a format says of an entry before its content. */
    private static final long MOST_HEADER_BYTES = 1 << 20;

    /** Weights hardly shrink: what grows more than this is made to fill a disk. */
    private static final long MOST_GROWTH = 100;

    private static final long GROWTH_ALLOWED_BYTES = 256L << 20;

    /** How it is packed. */
    enum Kind {
        ZIP,
        TAR,
        TAR_GZIP,
        /** Not at all: one more file beside those that are. */
        LOOSE;

        /** By the end of a file's name. */
        static Kind of(String name) {
            var lower = name.toLowerCase(Locale.ROOT);
            return lower.endsWith(".zip") ? ZIP : lower.endsWith(".tar") ? TAR : TAR_GZIP;
        }
    }

    /**
     * One thing in it.
     *
     * @param name a path without a slash before it and without {@code ..} in it
     * @param type links, devices and the like are none that anybody should make
     * @param bytes negative where it is not known
     */
    record Entry(String name, Type type, long bytes) {
        enum Type {
            FILE,
            FOLDER,
            OTHER
        }
    }

    /** Is shown one entry after another. */
    @FunctionalInterface
    interface Visitor {
        /** @param content may be left unread */
        void visit(Entry entry, InputStream content) throws IOException;
    }

    static boolean isNamedLikeOne(String name) {
        return name.toLowerCase(Locale.ROOT).matches(".*\\.(zip|tar|tar\\.gz|tgz)");
    }

    static PackedFile of(Object source, Path file, Kind kind) {
        return new PackedFile(source, file, kind, "");
    }

    /** @throws SourceException when it is damaged, or not honest */
    void read(Visitor visitor) throws IOException {
        if (kind == Kind.LOOSE) {
            try (var content = Files.newInputStream(file)) {
                visitor.visit(new Entry(name, Entry.Type.FILE, Files.size(file)), content);
            }
            return;
        }
        long most = GROWTH_ALLOWED_BYTES + MOST_GROWTH * Files.size(file);
        try (var packed = new BoundedStream(unpacked(), most);
                var archive = entries(packed);
                var content = new BoundedStream(archive, most)) {
            int count = 0;
            for (var entry = next(packed, archive); entry != null; entry = next(packed, archive)) {
                count++;
                if (count > MOST_ENTRIES) {
                    throw new SourceException(
                            Reason.DAMAGED, source, "expected at most %d entries".formatted(MOST_ENTRIES));
                }
                visitor.visit(new Entry(name(entry), type(entry), entry.getSize()), content);
                // What is left of it is read here, so that what follows is the next one's header.
                content.transferTo(OutputStream.nullOutputStream());
            }
        } catch (IllegalArgumentException e) {
            throw damaged(e);
        }
    }

    private @Nullable ArchiveEntry next(BoundedStream packed, ArchiveInputStream<? extends ArchiveEntry> archive) {
        // A zip file bounds its names itself, and at its end has a list of all of them.
        packed.allow(kind == Kind.ZIP ? Long.MAX_VALUE : MOST_HEADER_BYTES);
        try {
            return archive.getNextEntry();
        } catch (IOException e) {
            throw damaged(e);
        } finally {
            packed.allow(Long.MAX_VALUE);
        }
    }

    private InputStream unpacked() throws IOException {
        InputStream stream = new BufferedInputStream(Files.newInputStream(file), 1 << 18);
        try {
            return kind == Kind.TAR_GZIP
                    ? new BufferedInputStream(new GZIPInputStream(stream, 1 << 16), 1 << 16)
                    : stream;
        } catch (IOException e) {
            stream.close();
            throw damaged(e);
        }
    }

    private ArchiveInputStream<? extends ArchiveEntry> entries(InputStream stream) {
        return switch (kind) {
            case ZIP -> new ZipArchiveInputStream(stream);
            case TAR, TAR_GZIP -> new TarArchiveInputStream(stream);
            case LOOSE -> throw new IllegalStateException("has no entries");
        };
    }

    private SourceException damaged(Exception e) {
        return new SourceException(Reason.DAMAGED, source, "is not a sound archive: " + e.getMessage(), e);
    }

    private static Entry.Type type(ArchiveEntry entry) {
        if (entry.isDirectory()) {
            return Entry.Type.FOLDER;
        }
        // The library's own isFile() says so of devices too.
        boolean plain = !(entry instanceof TarArchiveEntry tar)
                || switch (tar.getLinkFlag()) {
                    case TarConstants.LF_OLDNORM,
                            TarConstants.LF_NORMAL,
                            TarConstants.LF_CONTIG,
                            TarConstants.LF_GNUTYPE_SPARSE -> true;
                    default -> false;
                };
        return plain ? Entry.Type.FILE : Entry.Type.OTHER;
    }

    /** The entry's path, without the leading "./" that tar likes. */
    private String name(ArchiveEntry entry) {
        var name = inside(entry.getName());
        if (name == null) {
            throw new SourceException(Reason.DAMAGED, source, "has an entry outside of it: " + entry.getName());
        }
        return name;
    }

    /** A path that stays where it begins, without "./" before it; null of one that does not. */
    static @Nullable String inside(String path) {
        var name = path.replaceFirst("^(\\./)+", "");
        boolean leaves = name.startsWith("/")
                || name.contains("\\")
                || name.indexOf('\0') >= 0
                || List.of(name.split("/", -1)).contains("..");
        return leaves ? null : name;
    }
}
