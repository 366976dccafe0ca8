package dev.windlass.model.source;

import dev.windlass.model.CacheDirectory;
import dev.windlass.model.source.ModelSource.Bucket;
import dev.windlass.model.source.ModelSource.Claim;
import dev.windlass.model.source.ModelSource.Hub;
import dev.windlass.model.source.ModelSource.Local;
import dev.windlass.model.source.ModelSource.Web;
import dev.windlass.model.source.SourceException.Reason;
import dev.windlass.model.work.DirectoryLock;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Brings models to this machine, each version of each once. A version has a directory of its own, which is complete when
 * its marker is there and never changes after; what a branch or an address meant last is noted beside, and is what a
 * model without its source is served from.
 */
public final class ModelStore {
    private static final Duration LOCK_DEADLINE = Duration.ofHours(6);
    private static final String HUGGING_FACE = "https://huggingface.co";

    private final CacheDirectory cache;
    private final Map<String, String> environment;
    private final RetryPolicy policy;
    private final Downloader downloader;

    /** @param environment HF_TOKEN, HF_ENDPOINT, AWS_ENDPOINT_URL and their like */
    public ModelStore(CacheDirectory cache, Map<String, String> environment) {
        this(cache, environment, RetryPolicy.STANDARD, 32 << 20);
    }

    ModelStore(CacheDirectory cache, Map<String, String> environment, RetryPolicy policy, long partBytes) {
        this.cache = cache;
        this.environment = Map.copyOf(environment);
        this.policy = policy;
        this.downloader = new Downloader(policy, partBytes);
    }

    /**
     * The directory of a model, downloaded unless it is here already.
     *
     * @throws SourceException when the model cannot be had
     * @throws IOException when this machine's files cannot be read or written
     */
    public Path fetch(ModelSource source, DownloadProgress progress) throws IOException {
        return switch (source) {
            case Local local -> local(local);
            case Claim claim ->
                throw new SourceException(
                        Reason.UNSUPPORTED, claim, "a volume claim is mounted by a cluster; name its directory here");
            case Hub hub -> hub(hub, progress);
            case Bucket bucket -> bucket(bucket, progress);
            case Web web -> web(web, progress);
        };
    }

    private static Path local(Local source) {
        if (!Files.isDirectory(source.directory())) {
            throw new SourceException(Reason.NOT_FOUND, source, "there is no such directory");
        }
        return source.directory();
    }

    private Path hub(Hub source, DownloadProgress progress) throws IOException {
        var endpoint = URI.create(environment.getOrDefault("HF_ENDPOINT", HUGGING_FACE));
        var token = Optional.of(environment.getOrDefault("HF_TOKEN", "")).filter(t -> !t.isBlank());
        var versions = new Versions(cache.models().resolve("hf").resolve(source.repository()), source.folder());
        if (HubOrigin.isCommit(source.revision()) && versions.isComplete(source.revision())) {
            return versions.directory(source.revision());
        }
        try (var transport = new HttpTransport(source, token, policy)) {
            return versions.latestUnlessUnreachable(source, source.revision(), () -> {
                var commit = HubOrigin.commit(source, endpoint, transport, policy);
                if (!versions.isComplete(commit)) {
                    var origin = HubOrigin.open(source, endpoint, transport, policy, commit);
                    download(versions, commit, origin, Selection.of(source, origin, policy), progress);
                }
                return commit;
            });
        }
    }

    private Path bucket(Bucket source, DownloadProgress progress) throws IOException {
        var versions = new Versions(
                cache.models().resolve("s3").resolve(source.bucket()).resolve(Versions.digest(source.prefix())), "");
        return versions.latestUnlessUnreachable(source, "latest", () -> {
            try (var origin = BucketOrigin.open(source, environment, policy)) {
                return listed(source, versions, origin, progress);
            }
        });
    }

    private Path web(Web source, DownloadProgress progress) throws IOException {
        var address = source.address();
        var versions = new Versions(
                cache.models().resolve("web").resolve(address.getHost()).resolve(Versions.digest(address.toString())),
                "");
        return versions.latestUnlessUnreachable(source, "latest", () -> {
            try (var origin = new WebOrigin(source, new HttpTransport(source, Optional.empty(), policy), policy)) {
                return Archive.isNamedLikeOne(address.getPath())
                        ? archive(source, versions, origin, progress)
                        : listed(source, versions, origin, progress);
            }
        });
    }

    private String listed(ModelSource source, Versions versions, Origin origin, DownloadProgress progress)
            throws IOException {
        var files = Selection.of(source, origin, policy);
        var version = Versions.of(files);
        if (!versions.isComplete(version)) {
            download(versions, version, origin, files, progress);
        }
        return version;
    }

    private void download(
            Versions versions, String version, Origin origin, List<RemoteFile> files, DownloadProgress progress)
            throws IOException {
        try (var _ = lock(versions, version)) {
            var directory = versions.directory(version);
            var missing = files.stream().filter(f -> !isThere(directory, f)).toList();
            downloader.fetch(origin, missing, directory, progress);
            versions.complete(version);
        }
    }

    private static boolean isThere(Path directory, RemoteFile file) {
        try {
            return Files.size(directory.resolve(file.name())) == file.bytes();
        } catch (IOException e) {
            return false;
        }
    }

    private String archive(Web source, Versions versions, WebOrigin origin, DownloadProgress progress)
            throws IOException {
        var file = origin.file("archive", source.address())
                .orElseThrow(() -> new SourceException(Reason.NOT_FOUND, source, "there is no such file"));
        var version = Versions.of(List.of(file));
        if (!versions.isComplete(version)) {
            try (var _ = lock(versions, version)) {
                var directory = versions.directory(version);
                downloader.fetch(origin, isThere(directory, file) ? List.of() : List.of(file), directory, progress);
                var packed = directory.resolve(file.name());
                new Archive(source, packed, source.address().getPath()).extract(directory);
                Files.delete(packed);
                versions.complete(version);
            }
        }
        return version;
    }

    private static DirectoryLock lock(Versions versions, String version) throws IOException {
        return DirectoryLock.acquire(versions.lockFile(version), LOCK_DEADLINE, () -> {});
    }
}
