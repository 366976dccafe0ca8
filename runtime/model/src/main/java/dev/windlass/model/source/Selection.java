package dev.windlass.model.source;

import dev.windlass.model.ModelFiles;
import dev.windlass.model.artifact.Artifact;
import dev.windlass.model.safetensors.SafetensorsCheckpoint;
import dev.windlass.model.safetensors.ShardIndex;
import dev.windlass.model.source.SourceException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.Collectors;

/** Decides which files of a source make up a model: the supporting ones and one complete set of weights. */
final class Selection {
    private Selection() {}

    /** @throws SourceException when the source has no model, or not all of one */
    static List<RemoteFile> of(Object source, Origin origin, RetryPolicy policy) throws IOException {
        var files = new ArrayList<>(origin.files(ModelFiles.supporting()));
        if (files.stream().noneMatch(f -> f.name().equals("config.json"))) {
            throw new SourceException(Reason.NOT_FOUND, source, "there is no config.json");
        }
        var artifact = origin.files(List.of(Artifact.MANIFEST, Artifact.WEIGHTS));
        if (artifact.size() == 2) {
            files.addAll(artifact);
            return files;
        }
        var single = origin.files(List.of(SafetensorsCheckpoint.SINGLE));
        if (!single.isEmpty()) {
            files.addAll(single);
            return files;
        }
        var index = origin.files(List.of(SafetensorsCheckpoint.INDEX));
        if (index.isEmpty()) {
            throw new SourceException(
                    Reason.NOT_FOUND,
                    source,
                    "there is neither %s nor %s; other formats are not read"
                            .formatted(SafetensorsCheckpoint.SINGLE, SafetensorsCheckpoint.INDEX));
        }
        files.addAll(index);
        files.addAll(shards(source, origin, policy, index.getFirst()));
        return files;
    }

    private static List<RemoteFile> shards(Object source, Origin origin, RetryPolicy policy, RemoteFile index)
            throws IOException {
        var text = policy.run(
                source, () -> HttpTransport.bytes(origin.open(index, 0, index.bytes()), ShardIndex.MAXIMUM_BYTES));
        var names = new LinkedHashSet<>(
                ShardIndex.parse(source + "/" + index.name(), new String(text, StandardCharsets.UTF_8))
                        .values());
        var shards = origin.files(names);
        if (shards.size() < names.size()) {
            var found = shards.stream().map(RemoteFile::name).collect(Collectors.toSet());
            var absent =
                    names.stream().filter(n -> !found.contains(n)).findFirst().orElseThrow();
            throw new SourceException(
                    Reason.NOT_FOUND, source, "%s names %s, which is not there".formatted(index.name(), absent));
        }
        return shards;
    }
}
