package dev.windlass.model.source;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** A model that is here already: the same rules say which of its files are loaded, whoever brought them. */
record DirectoryOrigin(Path directory) implements Origin {
    @Override
    public List<RemoteFile> files(Collection<String> names) throws IOException {
        var files = new ArrayList<RemoteFile>();
        for (var name : names) {
            var file = directory.resolve(name);
            if (Files.isRegularFile(file)) {
                files.add(new RemoteFile(name, file.toString(), Files.size(file), "", Optional.empty(), true));
            }
        }
        return files;
    }

    @Override
    public InputStream open(RemoteFile file, long from, long to) throws IOException {
        var channel = Files.newByteChannel(directory.resolve(file.name()), StandardOpenOption.READ);
        channel.position(from);
        return Channels.newInputStream(channel);
    }

    /**
     * The names of the files that loading reads, in the order of their bytes.
     *
     * @param source for messages
     */
    static List<String> loaded(Object source, Path directory, RetryPolicy policy) throws IOException {
        return Selection.of(source, new DirectoryOrigin(directory), policy).stream()
                .map(RemoteFile::name)
                .distinct()
                .sorted() // plain names: the order of their characters is that of their bytes
                .toList();
    }

    @Override
    public void close() {}
}
